INSERT INTO "templates" ("template_type", "template_name", "template_content", "variables", "is_default") VALUES
('summary', 'Summary', E'Summarise the transcript "{{title}}" in plain language. Keep to what was said, and give the time of each point.\n\n{{transcript}}', '["title", "transcript"]', true),
('analysis', 'Analysis', E'Read the transcript "{{title}}" and write down its main claims, who makes each of them and when, and what they are based on.\n\n{{transcript}}', '["title", "transcript"]', true),
('chat', 'Answer', E'Answer the question from the passages alone, and cite the id of the passage after each sentence. Say so when they do not hold the answer.\n\nQuestion: {{question}}\n\nPassages:\n{{passages}}', '["question", "passages"]', true),
('blog', 'Blog post', E'Write a blog post about "{{title}}" from its transcript. Quote word for word, and link each quote to its moment.\n\n{{transcript}}', '["title", "transcript"]', true),
('linkedin', 'LinkedIn post', E'Write a LinkedIn post of at most 150 words about the most useful idea in "{{title}}".\n\n{{transcript}}', '["title", "transcript"]', true),
('twitter', 'Thread', E'Write a thread of at most eight short posts about "{{title}}". Quote word for word.\n\n{{transcript}}', '["title", "transcript"]', true),
('email', 'Follow-up', E'Write a short e-mail to those who missed "{{title}}": what was decided, what is open, who does what.\n\n{{transcript}}', '["title", "transcript"]', true),
('export', 'Document', E'# {{title}}\n\n{{transcript}}\n', '["title", "transcript"]', true);
