"""What the bundle owes to others: parts, licence texts, bill of materials, and what the LGPL asks for Qt."""
