export default {
  testMatch: ["**/jest.test.mjs"],
  moduleFileExtensions: ["mjs", "js"],
  transform: {},
};
