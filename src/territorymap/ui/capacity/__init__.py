"""What the pages of capacity share: fields for what is assumed, cards, bars."""
