GRANT SELECT, INSERT, UPDATE ON accesses TO gateway_web;
