"""`grade trace`: the wire, drawn."""
