'use strict';

const config = require('./jest.config');

/**
 * The branch coverage that CI requires of the folders whose errors cost most. Their own tests reach it; of the tunnel, with the
 * wire cases and the faults.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  ...config,
  testMatch: ['http1', 'pages', 'tunnel', 'faults', 'wire', 'floods'].map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`),
  testPathIgnorePatterns: ['/policies/', 'wire/process', '/system-calls/', '/complete-responses'],
  collectCoverage: true,
  collectCoverageFrom: ['src/http1/**', 'src/pages/**', 'src/tunnel/**'],
  coverageDirectory: 'coverage',
  coverageReporters: ['text', 'text-summary'],
  coverageThreshold: {
    './src/http1/': { branches: 100 },
    './src/pages/': { branches: 100 },
    './src/tunnel/': { branches: 95 },
  },
};
