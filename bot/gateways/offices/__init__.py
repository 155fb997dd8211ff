"""Lists of offices: read from a file, checked row by row, written province by province."""
