"""What the stand-ins that move money share: double-entry books, drills, callbacks, HTTP."""
