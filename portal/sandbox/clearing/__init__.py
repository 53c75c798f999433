"""A clearing of bank transfers: a stand-in with books of its own, as a separate process.

Takes ISO 20022 messages. Knows neither Django nor any room of the portal; of this project it needs
`portal.core.wire` alone.
"""
