'use strict';

const config = require('./jest.config');

/**
 * The branch coverage that CI requires of the folders whose errors cost most, reached by their own tests.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  ...config,
  testMatch: ['<rootDir>/test/{http1,pages}/**/*.test.ts'],
  testPathIgnorePatterns: ['/policies/'],
  collectCoverage: true,
  collectCoverageFrom: ['src/{http1,pages}/**/*.ts'],
  coverageReporters: ['text'],
  coverageThreshold: { global: { branches: 100 } },
};
