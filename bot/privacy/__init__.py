"""What is held on people, why, and for how long: the inventory and what is made from it."""
