/** Tables of pgbench, of 1,000 accounts. */
export const PGBENCH: readonly string[] = [
  'CREATE TABLE pgbench_accounts (aid int PRIMARY KEY, bid int, abalance int NOT NULL)',
  'CREATE TABLE pgbench_tellers (tid int PRIMARY KEY, bid int, tbalance int NOT NULL)',
  'CREATE TABLE pgbench_branches (bid int PRIMARY KEY, bbalance int NOT NULL)',
  'CREATE TABLE pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp)',
  'INSERT INTO pgbench_accounts SELECT n, 1, 0 FROM generate_series(1, 1000) n',
  'INSERT INTO pgbench_tellers SELECT n, 1, 0 FROM generate_series(1, 10) n',
  'INSERT INTO pgbench_branches VALUES (1, 0)',
];

/** Pizzas with two ingredients each, and their ratings. */
export const PIZZAS: readonly string[] = [
  'CREATE TABLE pizzas (id int PRIMARY KEY, name text)',
  'CREATE TABLE ingredients (id int PRIMARY KEY, name text)',
  'CREATE TABLE pizza_to_ingredients (pizza_id int, ingredient_id int)',
  'CREATE TABLE ratings (id serial PRIMARY KEY, user_id int, pizza_id int, stars int CHECK (stars BETWEEN 1 AND 5))',
  "INSERT INTO pizzas VALUES (1, 'margherita'), (2, 'funghi'), (3, 'marinara')",
  "INSERT INTO ingredients VALUES (1, 'tomatoes'), (2, 'basil')",
  'INSERT INTO pizza_to_ingredients SELECT p.id, i.id FROM pizzas p, ingredients i',
];

/** Table of sysbench, of 1,000 rows, on MySQL. */
export const SYSBENCH: readonly string[] = [
  'CREATE TABLE sbtest1 (id int PRIMARY KEY, k int NOT NULL, c char(120) NOT NULL, pad char(60) NOT NULL, KEY k_1 (k))',
  "INSERT INTO sbtest1 SELECT seq, seq, REPEAT('c', 119), REPEAT('p', 59) FROM seq_1_to_1000",
];

/** A small warehouse with five functions, in the manner of TPC-C. */
export const TPCC: readonly string[] = [
  'CREATE TABLE district (w int, d int, next_order int NOT NULL, ytd bigint NOT NULL, PRIMARY KEY (w, d))',
  'CREATE TABLE customer (w int, d int, c int, balance bigint NOT NULL, PRIMARY KEY (w, d, c))',
  'CREATE TABLE stock (w int, item int, quantity int NOT NULL, PRIMARY KEY (w, item))',
  'CREATE TABLE orders (w int, d int, id int, c int, delivered boolean NOT NULL, PRIMARY KEY (w, d, id))',
  'CREATE TABLE order_line (w int, d int, id int, line int, item int, PRIMARY KEY (w, d, id, line))',
  'INSERT INTO district SELECT 1, d, 1, 0 FROM generate_series(1, 10) d',
  'INSERT INTO customer SELECT 1, d, c, 0 FROM generate_series(1, 10) d, generate_series(1, 30) c',
  'INSERT INTO stock SELECT 1, n, 15 FROM generate_series(1, 100) n',
  `CREATE FUNCTION neword(the_w int, the_d int, the_c int, lines int) RETURNS int LANGUAGE plpgsql AS $$
     DECLARE the_id int;
     BEGIN
       UPDATE district SET next_order = next_order + 1 WHERE w = the_w AND d = the_d RETURNING next_order - 1 INTO the_id;
       INSERT INTO orders VALUES (the_w, the_d, the_id, the_c, false);
       INSERT INTO order_line SELECT the_w, the_d, the_id, n, (the_id * 17 + n) % 100 + 1 FROM generate_series(1, lines) n;
       RETURN the_id;
     END $$`,
  `CREATE FUNCTION payment(the_w int, the_d int, the_c int, amount int) RETURNS bigint LANGUAGE plpgsql AS $$
     DECLARE left_over bigint;
     BEGIN
       UPDATE district SET ytd = ytd + amount WHERE w = the_w AND d = the_d;
       UPDATE customer SET balance = balance - amount WHERE w = the_w AND d = the_d AND c = the_c
         RETURNING balance INTO left_over;
       RETURN left_over;
     END $$`,
  `CREATE FUNCTION delivery(the_w int, the_d int) RETURNS int LANGUAGE plpgsql AS $$
     DECLARE oldest int;
     BEGIN
       SELECT min(id) INTO oldest FROM orders WHERE w = the_w AND d = the_d AND NOT delivered;
       UPDATE orders SET delivered = true WHERE w = the_w AND d = the_d AND id = oldest;
       RETURN coalesce(oldest, 0);
     END $$`,
  `CREATE FUNCTION slev(the_w int, the_d int, threshold int) RETURNS bigint LANGUAGE sql AS
     'SELECT count(*) FROM stock JOIN order_line USING (w, item) WHERE w = the_w AND d = the_d AND quantity < threshold'`,
  `CREATE FUNCTION ostat(the_w int, the_d int, the_c int) RETURNS bigint LANGUAGE sql AS
     'SELECT count(*) FROM orders WHERE w = the_w AND d = the_d AND c = the_c'`,
];
