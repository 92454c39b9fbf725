"""One running procedure: steps taken, clocks, approvals. The only place where rows meet the law engine."""
