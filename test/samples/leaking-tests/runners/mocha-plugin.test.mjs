/* global after, it */
let timer;
after(() => clearInterval(timer));

it("is clean", () => {
  clearInterval(setInterval(() => {}, 60_000));
});

it("leaks", () => {
  timer = setInterval(() => {}, 60_000);
});
