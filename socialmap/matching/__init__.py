"""Who a service is for and who not, as rules a computer can read: pure values, no table."""
