"""The decision letter: what it says of a frozen decision, set as a PDF."""
