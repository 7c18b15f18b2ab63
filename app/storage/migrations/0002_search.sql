-- Full-text search. Trigrams find any part of a word, code and Chinese, Japanese or Korean text alike; the price is
-- an index of about four times the text. The texts themselves stay in their tables. A streaming reply is indexed
-- when it ends, so that saving it five times a second stays cheap.

CREATE VIRTUAL TABLE title_index USING fts5(title, content='conversations', content_rowid='id', tokenize='trigram');

CREATE VIRTUAL TABLE text_index USING fts5(text, content='messages', content_rowid='id', tokenize='trigram');

INSERT INTO title_index(rowid, title) SELECT id, title FROM conversations;

INSERT INTO text_index(rowid, text) SELECT id, text FROM messages WHERE state <> 'streaming';

CREATE TRIGGER conversations_added AFTER INSERT ON conversations BEGIN
    INSERT INTO title_index(rowid, title) VALUES (new.id, new.title);
END;

CREATE TRIGGER conversations_removed AFTER DELETE ON conversations BEGIN
    INSERT INTO title_index(title_index, rowid, title) VALUES ('delete', old.id, old.title);
END;

CREATE TRIGGER conversations_renamed AFTER UPDATE OF title ON conversations WHEN old.title <> new.title BEGIN
    INSERT INTO title_index(title_index, rowid, title) VALUES ('delete', old.id, old.title);
    INSERT INTO title_index(rowid, title) VALUES (new.id, new.title);
END;

CREATE TRIGGER messages_added AFTER INSERT ON messages WHEN new.state <> 'streaming' BEGIN
    INSERT INTO text_index(rowid, text) VALUES (new.id, new.text);
END;

CREATE TRIGGER messages_removed AFTER DELETE ON messages WHEN old.state <> 'streaming' BEGIN
    INSERT INTO text_index(text_index, rowid, text) VALUES ('delete', old.id, old.text);
END;

CREATE TRIGGER messages_left AFTER UPDATE OF text, state ON messages
    WHEN old.state <> 'streaming' AND (old.text <> new.text OR new.state = 'streaming') BEGIN
    INSERT INTO text_index(text_index, rowid, text) VALUES ('delete', old.id, old.text);
END;

CREATE TRIGGER messages_entered AFTER UPDATE OF text, state ON messages
    WHEN new.state <> 'streaming' AND (old.text <> new.text OR old.state = 'streaming') BEGIN
    INSERT INTO text_index(rowid, text) VALUES (new.id, new.text);
END;
