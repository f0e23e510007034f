'use strict';

const config = require('./jest.config');

/**
 * The branch coverage that CI requires of the folders whose errors cost most, reached by their own tests.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  ...config,
  testMatch: ['<rootDir>/test/{http1,pages,tunnel}/**/*.test.ts'],
  testPathIgnorePatterns: ['/policies/'],
  collectCoverage: true,
  collectCoverageFrom: ['src/{http1,pages,tunnel}/**/*.ts'],
  coverageReporters: ['text'],
  coverageThreshold: {
    './src/http1/': { branches: 100 },
    './src/pages/': { branches: 100 },
    './src/tunnel/': { branches: 92 },
  },
};
