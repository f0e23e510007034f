/** The static markup of the page. Elements with an id are filled later, always with text. */
export const MARKUP = /* HTML */ `
  <header class="top">
    <h1>
      <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
        <path d="M2 12h6m8 0h6" />
        <circle cx="12" cy="12" r="4" />
      </svg>
      <span id="name">ambassador</span>
    </h1>
    <span id="route" class="route"></span>
    <span id="state" class="connecting" role="status">Connecting…</span>
    <span class="tools">
      <button id="pause" type="button" aria-pressed="false" title="Space">Pause</button>
      <button id="help-open" type="button" title="?" aria-label="Help">?</button>
    </span>
  </header>
  <noscript><p class="notice">This page needs JavaScript, which is disabled in this browser.</p></noscript>
  <main>
    <div id="cards" class="cards"></div>
    <section id="empty" class="empty" hidden>
      <h2>Nothing yet</h2>
      <p>Send a request through the ambassador. It appears here within a second:</p>
      <p><code id="curl"></code></p>
      <p id="before" class="note"></p>
    </section>
    <div id="tables" class="tables" hidden>
      <section class="panel" aria-labelledby="paths-title">
        <header>
          <h2 id="paths-title">Top paths</h2>
          <span id="paths-more" class="note"></span>
        </header>
        <div class="scroll" tabindex="0" role="region" aria-labelledby="paths-title">
          <table>
            <thead>
              <tr>
                <th id="column-path" class="name" scope="col"><button id="sort-path" title="t">Path</button></th>
                <th id="column-rate" scope="col">
                  <button id="sort-rate" title="r: recent requests per second">Req/s</button>
                </th>
                <th id="column-hits" scope="col"><button id="sort-hits" title="h">Hits</button></th>
                <th id="column-clientErrors" scope="col" class="wide">
                  <button id="sort-clientErrors" title="c">4xx</button>
                </th>
                <th id="column-failed" scope="col">
                  <button id="sort-failed" title="e: 5xx, or truncated by the target">Errors</button>
                </th>
                <th id="column-overridden" scope="col" class="wide">
                  <button id="sort-overridden" title="o: responses replaced by a page">Pages</button>
                </th>
                <th id="column-p50Ms" scope="col" class="wide"><button id="sort-p50Ms">p50</button></th>
                <th id="column-p95Ms" scope="col">
                  <button id="sort-p95Ms" title="l: time to first byte">p95</button>
                </th>
              </tr>
            </thead>
            <tbody id="paths"></tbody>
          </table>
          <p id="paths-none" class="none">No exchange has ended yet.</p>
        </div>
      </section>
      <section class="panel" aria-labelledby="tail-title">
        <header>
          <h2 id="tail-title">Live tail</h2>
          <span id="tail-more" class="note"></span>
          <input
            id="filter"
            type="search"
            placeholder="Filter: /api 5xx -get"
            aria-label="Filter the live tail"
            title="/"
            autocomplete="off"
            spellcheck="false"
          />
          <button id="probes" type="button" aria-pressed="false" title="p">Probes</button>
        </header>
        <div class="scroll" tabindex="0" role="region" aria-labelledby="tail-title">
          <table>
            <thead>
              <tr>
                <th scope="col" class="time">Time</th>
                <th scope="col" class="left">Status</th>
                <th scope="col" class="name">Request</th>
                <th scope="col" title="Time to the first byte of the response">1st byte</th>
                <th scope="col" class="wide">Total</th>
                <th scope="col" class="wide">In</th>
                <th scope="col" class="wide">Out</th>
                <th scope="col" class="client widest">Client</th>
              </tr>
            </thead>
            <tbody id="waiting"></tbody>
            <tbody id="tail"></tbody>
          </table>
          <p id="tail-none" class="none"></p>
        </div>
      </section>
    </div>
  </main>
  <footer id="totals" class="note"></footer>
  <dialog id="help" aria-labelledby="help-title">
    <h2 id="help-title">Reading this page</h2>
    <dl class="keys">
      <dt><kbd>Space</kbd></dt>
      <dd>pause and resume</dd>
      <dt><kbd>/</kbd></dt>
      <dd>filter the live tail; <kbd>Esc</kbd> clears the filter</dd>
      <dt><kbd>r</kbd> <kbd>h</kbd> <kbd>c</kbd> <kbd>e</kbd> <kbd>o</kbd> <kbd>l</kbd> <kbd>t</kbd></dt>
      <dd>sort the paths by rate, hits, 4xx, errors, pages, latency, name; press again to reverse the order</dd>
      <dt><kbd>p</kbd></dt>
      <dd>show and hide successful probes</dd>
      <dt><kbd>?</kbd></dt>
      <dd>this help</dd>
    </dl>
    <p>
      Figures are counted while this page is open; only the totals in the last line start with the process. An exchange
      is counted when it ends, its bytes when they are transferred.
    </p>
    <p>
      Times are from the whole request head to the first byte of the response. Percentiles are exact to 1.6 %, those of
      a single path to 6.3 %. Numbers, UUIDs and hashes in paths are replaced by <code>:id</code>, and queries are
      omitted. Successful probes of the kubelet are not counted.
    </p>
    <p>
      Errors are 5xx responses and responses that the target truncated. <span class="mark page">page</span> marks a
      response of the target whose content was replaced by a page.
    </p>
    <button id="help-close" type="button">Close</button>
  </dialog>
`;
