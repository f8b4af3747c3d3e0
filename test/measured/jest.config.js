// Checks against the measurements outside the clone: `npm run test:measured`, never part of `npm test`.
const path = require('node:path');
const { jest } = require('../../package.json');

module.exports = {
  ...jest,
  rootDir: path.join(__dirname, '../..'),
  roots: ['<rootDir>/test/measured'],
  testMatch: ['**/*.measured.ts'],
};
