"""What every integration test needs: interpreters, targets that hang, pyinspect, comparison, TAP."""
