import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { LiveFeed } from '../../../src/telemetry/live/live-feed';
import { reader } from '../../support/live-exchanges';
import { ABOUT, createLivePage } from './built';

describe('the document', () => {
  const { type, content, fields } = createLivePage({ live: new LiveFeed(reader), about: ABOUT }).page();
  const html = content.toString();
  const policy = fields?.['Content-Security-Policy'] ?? '';

  test('allows the scripts and styles that are in it, and nothing else', () => {
    const inline = [...html.matchAll(/<(script|style)>([\s\S]*?)<\/\1>/g)];
    expect(inline.map(([, tag]) => tag)).toEqual(['style', 'style', 'script', 'script']);
    const hashes = inline.map(([, , text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
    expect(policy).toContain(`script-src ${hashes.slice(2).join(' ')};`);
    expect(policy).toContain(`style-src ${hashes.slice(0, 2).join(' ')};`);
    expect(policy.startsWith("default-src 'none';")).toBe(true);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
  });

  test('refers to nothing outside of itself', () => {
    expect(html).not.toMatch(/<(?:script|img|iframe)[^>]* src=|<link(?! rel="icon" href="data:)|@import|url\(/);
  });

  test('is small and says its type', () => {
    expect(content.length).toBeLessThan(130_000);
    expect(type).toBe('text/html; charset=utf-8');
  });
});
