"""Pages of the bank: the queue, a case, the decision."""
