"""What to bring for a procedure, as a list to tick (danh sách giấy tờ)."""
