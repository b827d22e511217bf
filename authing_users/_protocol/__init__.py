"""What goes over the wire, and what the responses mean."""
