"""What the product costs, beside a bare relay that does only what cannot be left out."""
