-- The agents' list of actions says what is late and where: the oldest month to declare of each, and what has not been opened.
CREATE INDEX actions_by_oldest_month ON actions ((to_declare[1]));
CREATE INDEX actions_not_opened ON actions (planned_start, contract_number) WHERE state = 'awarded';
