"""An operator of e-CNY wallets: a stand-in with books of its own, as a separate process.

Knows neither Django nor any room of the portal; of this project it needs `portal.core.wire` alone.
"""
