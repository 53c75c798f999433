"""Decision tables that rule on applications by themselves. Pure: no models, clock or I/O."""
