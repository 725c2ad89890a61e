-- The table of sysbench's OLTP workloads with 10,000 rows, for PostgreSQL, MySQL and MariaDB.
DROP TABLE IF EXISTS sbtest1;
CREATE TABLE sbtest1 (
  id integer NOT NULL PRIMARY KEY,
  k integer NOT NULL DEFAULT 0,
  c char(120) NOT NULL DEFAULT '',
  pad char(60) NOT NULL DEFAULT ''
);
CREATE TABLE sbtest_digits (d integer NOT NULL PRIMARY KEY);
INSERT INTO sbtest_digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);
INSERT INTO sbtest1 (id, k, c, pad)
SELECT
  1 + a.d + 10 * b.d + 100 * e.d + 1000 * f.d,
  1 + (7919 * (a.d + 10 * b.d + 100 * e.d + 1000 * f.d)) % 10000,
  repeat(concat(a.d, b.d, e.d, f.d, '-'), 24),
  repeat(concat(f.d, e.d, b.d, a.d, '-'), 12)
FROM sbtest_digits a, sbtest_digits b, sbtest_digits e, sbtest_digits f;
DROP TABLE sbtest_digits;
CREATE INDEX k_1 ON sbtest1 (k);
