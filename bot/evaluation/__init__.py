"""How well questions are understood: held-out questions, the score, what it is compared with, the publish gate."""
