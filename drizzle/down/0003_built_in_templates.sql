DELETE FROM "templates" WHERE "user_id" IS NULL;
