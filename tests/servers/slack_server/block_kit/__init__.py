"""What Slack accepts as blocks, and what people see of them."""
