-- A title that only repeats its ticket's classifier in one language goes: the reader's language stands there instead.
UPDATE tickets SET title = '' WHERE title <> '' AND EXISTS (SELECT 1 FROM classifiers k WHERE k.id = tickets.classifier_id
    AND tickets.title IN (k.problem_ru, k.problem_en, k.category_ru || ': ' || k.problem_ru, k.category_en || ': ' || k.problem_en));
