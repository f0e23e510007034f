/**
 * The style sheet of the page. The charts read their colours from here, so that the light and dark themes are defined
 * in one place.
 */
export const STYLE = /* CSS */ `
  :root {
    color-scheme: light dark;
    --ground: #f3f4f6;
    --card: #ffffff;
    --line: #e1e4e9;
    --grid: #eceef1;
    --text: #191c21;
    --muted: #5b6370;
    --accent: #2f64d6;
    --load: 0%;
    --bar: #2f64d61a;
    --p50: #6a93e6;
    --p95: #2558c4;
    --p99: #112557;
    --c0: #848c9a;
    --c2: #2e9b6b;
    --c3: #4a86dc;
    --c4: #c47f00;
    --c5: #d0393b;
    --c2-text: #1d7a52;
    --c3-text: #2b62b5;
    --c4-text: #8f5c00;
    --c5-text: #b92a2c;
    --page: #7b52c7;
    --in: #c47f00;
    --out: #2f64d6;
    --mono: ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace;
  }
  @media (prefers-color-scheme: dark) {
    :root {
      --ground: #0d1015;
      --card: #151920;
      --line: #252b35;
      --grid: #1f252e;
      --text: #e6e9ef;
      --muted: #98a2b2;
      --accent: #76a1ff;
      --bar: #76a1ff24;
      --p50: #4a72c6;
      --p95: #76a1ff;
      --p99: #cbdaff;
      --c0: #768092;
      --c2: #36a877;
      --c3: #5f97ee;
      --c4: #dd9f2c;
      --c5: #ea5a57;
      --c2-text: #5fd3a0;
      --c3-text: #8db8ff;
      --c4-text: #f0bd5c;
      --c5-text: #ff8583;
      --page: #b18cf5;
      --in: #dd9f2c;
      --out: #76a1ff;
    }
  }
  * { box-sizing: border-box; }
  [hidden] { display: none !important; }
  body {
    margin: 0;
    padding: 0 16px 12px;
    background: var(--ground);
    color: var(--text);
    font: 13px/1.45 system-ui, sans-serif;
    font-variant-numeric: tabular-nums;
  }
  h1, h2, p, ul, dl, dd { margin: 0; padding: 0; }
  h2 { font-size: 12px; font-weight: 600; }
  code, kbd, .path, .method, .route { font-family: var(--mono); }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
  button, input {
    font: inherit;
    color: inherit;
    background: var(--card);
    border: 1px solid var(--line);
    border-radius: 6px;
    padding: 3px 10px;
  }
  button { cursor: pointer; }
  button:hover { border-color: var(--muted); }
  button[aria-pressed='true'] { background: var(--accent); border-color: var(--accent); color: var(--card); }
  .note { color: var(--muted); }
  .notice { padding: 24px; }

  .top { display: flex; align-items: center; flex-wrap: wrap; gap: 4px 14px; padding: 10px 0; }
  h1 { display: flex; align-items: center; gap: 8px; font-size: 15px; font-weight: 650; overflow-wrap: anywhere; }
  h1 svg { flex: none; fill: none; stroke: var(--accent); stroke-width: 2.4; stroke-linecap: round; }
  .route { color: var(--muted); font-size: 12px; overflow-wrap: anywhere; }
  .tools { display: flex; gap: 6px; }
  #state { margin-left: auto; display: flex; align-items: center; gap: 7px; color: var(--muted); }
  #state::before { content: ''; width: 8px; height: 8px; border-radius: 50%; background: var(--c0); }
  #state.live::before { background: var(--c2); }
  #state.paused::before { background: var(--c4); }
  #state.lost { color: var(--c5-text); }
  #state.lost::before { background: var(--c5); }

  .cards { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 10px; }
  .card, .panel, .empty { background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
  .card { position: relative; padding: 9px 12px 6px; min-width: 0; }
  .card header { display: grid; grid-template-columns: auto minmax(0, 1fr); align-items: baseline; column-gap: 8px; }
  .card h2 { grid-column: 1 / -1; color: var(--muted); }
  .headline { font-size: 21px; font-weight: 620; line-height: 1.25; letter-spacing: -0.01em; }
  .card .note { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .plot { margin: 2px -6px 0 -8px; min-height: 112px; overflow: hidden; }
  .legend { position: absolute; top: 9px; right: 12px; display: flex; gap: 4px 11px; list-style: none; color: var(--muted); font-size: 12px; }
  .legend li { white-space: nowrap; }
  .legend .value { color: var(--text); }
  .key { display: inline-block; width: 8px; height: 8px; border-radius: 2px; margin-right: 5px; }

  .empty { margin-top: 10px; padding: 44px 16px 48px; text-align: center; }
  .empty h2 { font-size: 17px; margin-bottom: 6px; }
  .empty p { margin-top: 6px; }
  .empty code {
    display: inline-block;
    padding: 8px 14px;
    border-radius: 6px;
    background: var(--ground);
    border: 1px solid var(--line);
    font-size: 14px;
    user-select: all;
    overflow-wrap: anywhere;
  }

  .tables { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); gap: 10px; margin-top: 10px; }
  .panel { display: flex; flex-direction: column; min-width: 0; height: max(340px, calc(100vh - 452px)); }
  .panel > header { display: flex; align-items: center; gap: 10px; padding: 7px 12px; min-height: 42px; }
  .panel h2 { font-size: 13px; white-space: nowrap; }
  .panel > header .note { flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .panel input { width: 210px; min-width: 0; background: var(--ground); }
  .scroll { flex: 1; overflow: auto; border-radius: 0 0 8px 8px; }
  table { width: 100%; border-collapse: collapse; font-size: 12.5px; }
  th, td { padding: 3px 6px; text-align: right; white-space: nowrap; font-weight: 400; }
  th:first-child, td:first-child { padding-left: 12px; }
  th:last-child, td:last-child { padding-right: 12px; }
  th {
    position: sticky;
    top: 0;
    z-index: 1;
    background: var(--card);
    color: var(--muted);
    box-shadow: inset 0 -1px var(--line), inset 0 1px var(--line);
  }
  th button { position: relative; border: 0; padding: 1px 0; background: none; color: inherit; border-radius: 3px; }
  th button:hover { color: var(--text); }
  th[aria-sort='descending'] button, th[aria-sort='ascending'] button { color: var(--text); font-weight: 600; }
  th button::before { position: absolute; right: calc(100% + 1px); font-size: 10px; line-height: 18px; }
  th.name button::before { right: auto; left: calc(100% + 3px); }
  th[aria-sort='descending'] button::before { content: '▼'; }
  th[aria-sort='ascending'] button::before { content: '▲'; }
  td { border-bottom: 1px solid var(--grid); }
  tbody tr:hover td { background-color: var(--ground); }
  .name { width: 100%; max-width: 0; text-align: left; overflow: hidden; text-overflow: ellipsis; }
  .method { color: var(--muted); font-size: 11.5px; }
  .path { font-size: 12px; }
  #paths .name {
    background-image: linear-gradient(var(--bar), var(--bar));
    background-size: var(--load) 100%;
    background-repeat: no-repeat;
  }
  .number { font-feature-settings: 'tnum'; }
  .zero { color: var(--muted); opacity: 0.6; }
  .left, .time, .client { text-align: left; }
  .time, .client { color: var(--muted); }
  td.client { font-family: var(--mono); font-size: 11.5px; }
  .status { text-align: left; font-weight: 600; }
  .c2 { color: var(--c2-text); }
  .c3 { color: var(--c3-text); }
  .c4 { color: var(--c4-text); }
  .c5 { color: var(--c5-text); }
  .status.c0 { color: var(--muted); }
  td.page { color: var(--page); }
  .mark {
    margin-left: 6px;
    padding: 0 5px;
    border: 1px solid var(--line);
    border-radius: 4px;
    color: var(--muted);
    font-size: 11px;
  }
  .mark.page { color: var(--page); border-color: currentColor; }
  .mark.bad { color: var(--c5-text); border-color: currentColor; }
  .is-probe { opacity: 0.65; }
  .is-waiting td { background: var(--bar); }
  .none { padding: 22px 12px; color: var(--muted); text-align: center; }
  .is-new { animation: arrive 1.2s ease-out; }
  @keyframes arrive { from { background: var(--bar); } }
  footer { padding: 10px 2px 0; }

  dialog {
    max-width: 620px;
    padding: 20px 24px;
    border: 1px solid var(--line);
    border-radius: 10px;
    background: var(--card);
    color: var(--text);
  }
  dialog::backdrop { background: #0006; }
  dialog h2 { font-size: 16px; margin-bottom: 12px; }
  dialog p { margin: 12px 0; }
  .keys { display: grid; grid-template-columns: max-content 1fr; gap: 6px 14px; }
  kbd { padding: 1px 6px; border: 1px solid var(--line); border-bottom-width: 2px; border-radius: 4px; font-size: 11.5px; }

  @media (max-width: 1500px) { .widest { display: none; } }
  @media (max-width: 1240px) {
    .legend { position: static; flex-wrap: wrap; gap: 0 11px; }
  }
  @media (max-width: 1180px) {
    .tables { grid-template-columns: minmax(0, 1fr); }
    .panel { height: auto; max-height: 560px; }
  }
  @media (max-width: 760px) {
    body { padding: 0 10px 10px; }
    h1 { flex: 1; }
    .tools { order: 1; }
    .route, #state { order: 2; }
    .cards { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 8px; }
    .card { padding: 8px 9px 6px; }
    .card header { grid-template-columns: minmax(0, 1fr); }
    .legend { font-size: 11px; gap: 0 8px; }
    .wide { display: none; }
    .name { white-space: normal; }
    .path { word-break: break-all; }
    .panel { max-height: 80vh; }
    .panel > header { flex-wrap: wrap; }
    .panel > header .note:empty { display: none; }
    .panel input { flex: 1; }
  }
  @media (prefers-reduced-motion: reduce) { * { animation: none !important; } }
`;
