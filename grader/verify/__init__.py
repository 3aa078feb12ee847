"""What proves the grader: the bank, the references, and mutants that nobody wrote."""
