"""A witness: an outside party that cosigns a log's checkpoints and remembers the last one it saw.

Speaks C2SP tlog-witness. Knows neither Django nor any room of the portal; of this project it needs
`ledger.format` alone, so that a bank or a regulator can run it anywhere.
"""
