"""What the tests in real browsers and from end to end share."""
