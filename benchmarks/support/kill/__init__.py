"""What hard_kill.py is made of: children that are killed, the hand that kills them, and the judge of what they left."""
