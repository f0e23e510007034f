'use strict';

/**
 * An ESLint rule that reports habits that make texts hard to read: sentences whose subject is a pronoun, and archaic
 * words. It checks comments and string literals. Most rules of good prose cannot be checked by a program.
 */

const PRONOUN = 'name the subject with a noun ("The peer that …", "Callers that …")';

/** The start of a sentence that is not a question: the start of the text, or the end of another sentence. */
const sentence = (start) => new RegExp(`(?:^|[.!?]\\s+)(?:${start})\\b(?![^.!?]*\\?)`);

/** The reported patterns, each with the advice that is shown. */
const HABITS = [
  { pattern: sentence('Who|What|Whatever|Somebody'), advice: PRONOUN },
  { pattern: /\b(?:nobody|whoever)\b/i, advice: PRONOUN },
  { pattern: /\bat the most\b/i, advice: 'write "at most"' },
  { pattern: /\bas ever\b/i, advice: 'write "as usual" or "still"' },
  { pattern: /\bfor ever\b/i, advice: 'write "permanently" or "without a limit"' },
  { pattern: /\bno more(?=\s*(?:[.,;:!?)]|$))/i, advice: 'write "no longer" or a figure' },
  { pattern: /\bit is no (?!longer\b)/i, advice: 'write "it is not"' },
];

/** The text of a comment without its delimiters; a line break becomes a space, an empty line ends a sentence. */
function commentText(value) {
  return value
    .replaceAll(/^[ \t]*\*+(?!\/)[ \t]?/gm, '')
    .replaceAll(/\n[ \t]*\n/g, '. ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** Joins the line comments on consecutive lines, which are one text. */
function commentGroups(comments) {
  const groups = [];
  for (const comment of comments) {
    const last = groups.at(-1)?.at(-1);
    const continues =
      last?.type === 'Line' && comment.type === 'Line' && last.loc.end.line + 1 === comment.loc.start.line;
    if (continues) groups.at(-1).push(comment);
    else groups.push([comment]);
  }
  return groups;
}

const plainWords = {
  meta: {
    type: 'suggestion',
    docs: { description: 'Reports pronouns as subjects, and archaic words, in comments and string literals.' },
    messages: { habit: '"{{found}}": {{advice}}.' },
    schema: [],
  },
  create(context) {
    function check(loc, text) {
      for (const { pattern, advice } of HABITS) {
        const found = pattern.exec(text)?.[0].replace(/^[.!?\s]+/, '');
        if (found !== undefined) context.report({ loc, messageId: 'habit', data: { found: found.trim(), advice } });
      }
    }
    return {
      Program() {
        for (const group of commentGroups(context.sourceCode.getAllComments())) {
          check(group[0].loc, group.map(({ value }) => commentText(value)).join(' '));
        }
      },
      Literal(node) {
        if (typeof node.value === 'string') check(node.loc, node.value);
      },
      TemplateElement(node) {
        check(node.loc, node.value.cooked ?? '');
      },
    };
  },
};

module.exports = { rules: { 'plain-words': plainWords } };
