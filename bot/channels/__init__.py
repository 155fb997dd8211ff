"""One folder for each messenger: receive, render, send. The only places that know a messenger."""
