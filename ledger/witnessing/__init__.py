"""From signed to witnessed: asking the witnesses, keeping what they sign, knowing the quorum."""
