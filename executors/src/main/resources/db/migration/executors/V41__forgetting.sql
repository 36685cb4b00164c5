-- What is kept of an erased action goes with its content.
grant delete on executors.row_change to ${app_role};
