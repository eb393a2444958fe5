"""What several exports for CRM systems share: lists of Ids, changes against the baseline, archives of CSV files."""
