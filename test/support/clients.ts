/** For which content of the target a client gets the page in place of it: any; `text/html` alone; none. */
export type Replaced = 'anything' | 'html' | 'nothing';

/** A client, and the request fields that decide. */
export interface Client {
  readonly name: string;
  /** `recorded`: as the program of this version sent them to a test server; `published`: as its source or manual gives them. */
  readonly source: 'recorded' | 'published';
  /** Default: GET. */
  readonly method?: string;
  /** Each value is one field line. Without any the client states nothing. */
  readonly accept?: readonly string[];
  readonly secFetchDest?: string;
  readonly replaced: Replaced;
}

type Fields = Pick<Client, 'method' | 'accept' | 'secFetchDest'>;

const seen =
  (source: Client['source']) =>
  (replaced: Replaced, name: string, accept?: string | readonly string[], more: Fields = {}): Client => ({
    name,
    source,
    replaced,
    ...(accept === undefined ? {} : { accept: typeof accept === 'string' ? [accept] : accept }),
    ...more,
  });
const recorded = seen('recorded');
const published = seen('published');

const CHROMIUM_PAGE =
  'text/html,application/xhtml+xml,application/xml;q=0.9,image/jxl,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7';
const CHROMIUM_IMAGE = 'image/jxl,image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8';
const PLAIN_PAGE = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const MANIFESTS = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.v1+prettyjws',
  'application/vnd.docker.distribution.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.index.v1+json',
];

const PAGES_IN_BROWSERS: readonly Client[] = [
  recorded('anything', 'Chromium 156 opens a page', CHROMIUM_PAGE, { secFetchDest: 'document' }),
  recorded('anything', 'Chromium 156 opens a frame', CHROMIUM_PAGE, { secFetchDest: 'iframe' }),
  recorded('anything', 'Chromium 156 opens an object', CHROMIUM_PAGE, { secFetchDest: 'object' }),
  recorded('anything', 'Chromium 156 over plain HTTP', CHROMIUM_PAGE),
  recorded('anything', 'Lynx 2.9', 'text/html, text/plain, text/sgml, text/css, */*;q=0.01'),
  recorded('anything', 'w3m 0.5', 'text/html, text/*;q=0.5, image/*, application/*'),
  recorded('html', 'Links 2.28, which names nothing', '*/*'),
  published('anything', 'Firefox 132 and later', PLAIN_PAGE, { secFetchDest: 'document' }),
  published(
    'anything',
    'Firefox 128',
    'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/png,image/svg+xml,*/*;q=0.8',
    { secFetchDest: 'document' },
  ),
  published('anything', 'Firefox 45 (2016)', PLAIN_PAGE),
  published('anything', 'Safari 17 on iOS', PLAIN_PAGE, { secFetchDest: 'document' }),
  published('anything', 'Safari 9 on iOS (2015)', PLAIN_PAGE),
  published(
    'anything',
    'Chrome 49 (2016)',
    'text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8',
  ),
  published('anything', 'Chrome 131 sends a form', CHROMIUM_PAGE, { method: 'POST', secFetchDest: 'document' }),
  published('anything', 'Internet Explorer 11', 'text/html, application/xhtml+xml, */*'),
  published('anything', 'Internet Explorer 11 on Windows 10', 'text/html, application/xhtml+xml, image/jxr, */*'),
  published('anything', 'Edge 18', 'text/html, application/xhtml+xml, application/xml; q=0.9, */*; q=0.8'),
  published(
    'anything',
    'Opera 12',
    'text/html, application/xml;q=0.9, application/xhtml+xml, image/png, image/webp, image/jpeg, image/gif, image/x-xbitmap, */*;q=0.1',
  ),
  // no way to tell it from a program: it names a dozen types, and not HTML
  published(
    'nothing',
    'Internet Explorer 8',
    'image/gif, image/jpeg, image/pjpeg, application/x-ms-application, application/vnd.ms-xpsdocument, application/xaml+xml, application/x-ms-xbap, */*',
  ),
];

const PARTS_IN_BROWSERS: readonly Client[] = [
  recorded('nothing', 'Chromium 156 loads an image', CHROMIUM_IMAGE, { secFetchDest: 'image' }),
  recorded('nothing', 'Chromium 156 loads an icon over plain HTTP', CHROMIUM_IMAGE),
  recorded('nothing', 'Chromium 156 loads a style', 'text/css,*/*;q=0.1', { secFetchDest: 'style' }),
  recorded('nothing', 'Chromium 156 loads a script', '*/*', { secFetchDest: 'script' }),
  recorded('nothing', 'Chromium 156 loads a font', '*/*', { secFetchDest: 'font' }),
  recorded('nothing', 'Chromium 156 loads a video', '*/*', { secFetchDest: 'video' }),
  recorded('nothing', 'Chromium 156 loads a worker', '*/*', { secFetchDest: 'worker' }),
  recorded('nothing', 'Chromium 156 runs fetch', '*/*', { secFetchDest: 'empty' }),
  recorded('html', 'Chromium 156 runs fetch over plain HTTP, where it says no more than curl', '*/*'),
  recorded('nothing', 'Chromium 156 runs XMLHttpRequest', '*/*', { secFetchDest: 'empty' }),
  recorded('nothing', 'Chromium 156 sends a beacon', '*/*', { method: 'POST', secFetchDest: 'empty' }),
  recorded('nothing', 'Chromium 156 opens an EventSource', 'text/event-stream', { secFetchDest: 'empty' }),
  published('html', 'Chrome 49 loads a script or runs fetch (2016)', '*/*'),
  published('nothing', 'Chrome 49 loads an image (2016)', 'image/webp,image/*,*/*;q=0.8'),
  published('nothing', 'Firefox 45 loads an image (2016)', 'image/png,image/*;q=0.8,*/*;q=0.5'),
  published(
    'nothing',
    'Firefox 132 loads an image',
    'image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5',
    {
      secFetchDest: 'image',
    },
  ),
  published('html', 'Safari 9 on iOS loads an image (2015)', '*/*'),
  published(
    'nothing',
    'Safari 17 loads an image',
    'image/webp,image/avif,image/jxl,image/heic,image/heic-sequence,video/*;q=0.8,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5',
    {
      secFetchDest: 'image',
    },
  ),
  published('nothing', 'Internet Explorer 11 loads an image', 'image/png, image/svg+xml, image/*;q=0.8, */*;q=0.5'),
  published('nothing', 'Internet Explorer 11 loads a style', 'text/css, */*'),
  published('nothing', 'Internet Explorer 11 loads a script', 'application/javascript, */*;q=0.8'),
  published('html', 'Internet Explorer 11 runs XMLHttpRequest', '*/*'),
  published('nothing', 'jQuery asks for JSON', 'application/json, text/javascript, */*; q=0.01'),
  published('anything', 'jQuery asks for HTML', 'text/html, */*; q=0.01', { secFetchDest: 'empty' }),
  published('anything', 'Turbo swaps a page', 'text/html, application/xhtml+xml', { secFetchDest: 'empty' }),
  published('nothing', "Angular's HttpClient", 'application/json, text/plain, */*', { secFetchDest: 'empty' }),
];

const TOOLS: readonly Client[] = [
  recorded('html', 'curl 7.88', '*/*'),
  recorded('html', 'curl 7.88 by HEAD', '*/*', { method: 'HEAD' }),
  recorded('nothing', 'curl 7.88 by POST', '*/*', { method: 'POST' }),
  recorded('html', 'GNU Wget 1.21', '*/*'),
  recorded('nothing', 'GNU Wget 1.21 by POST', '*/*', { method: 'POST' }),
  recorded('html', 'HTTPie 3.2', '*/*'),
  recorded('nothing', 'aria2 1.36', '*/*,application/metalink4+xml,application/metalink+xml'),
  recorded('html', 'git 2.39 reads references', '*/*'),
  published('nothing', 'git 2.39 fetches', 'application/x-git-upload-pack-result', { method: 'POST' }),
  recorded('html', 'go 1.19 downloads a module'),
  recorded('nothing', 'npm 11', 'application/json'),
  published('nothing', 'npm 6', 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*'),
  recorded(
    'nothing',
    'pip 23.2',
    'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01',
  ),
  recorded('nothing', 'cargo 1.95 reads an index', 'text/plain'),
  recorded('html', 'Maven 3.8'),
  recorded('nothing', 'podman 4.3', MANIFESTS),
  recorded('nothing', 'skopeo 1.9', MANIFESTS),
  published(
    'nothing',
    'containerd, and docker with it',
    'application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, */*',
  ),
  recorded('html', 'apt 2.6 reads a release', 'text/*'),
  recorded('html', 'apt 2.6 fetches a package'),
];

const LIBRARIES: readonly Client[] = [
  recorded('nothing', 'axios 1.21', 'application/json, text/plain, */*'),
  recorded('html', 'fetch of Node 20', '*/*'),
  recorded('html', 'undici 7.30'),
  recorded('html', 'node-fetch 2.7', '*/*'),
  recorded('html', 'superagent 10.4'),
  recorded('html', 'http of Node 20'),
  recorded('html', 'urllib of Python 3.11'),
  recorded('html', 'requests 2.34', '*/*'),
  recorded('html', 'httpx 0.28', '*/*'),
  recorded('html', 'aiohttp 3.14', '*/*'),
  recorded('html', 'urllib3 2.8'),
  recorded('nothing', 'HttpURLConnection of Java 17', 'text/html, image/gif, image/jpeg, */*; q=0.2'),
  published('nothing', 'HttpURLConnection of Java 8', 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2'),
  recorded('html', 'HttpClient of Java 17'),
  recorded('html', 'OkHttp 4.12'),
  published('nothing', "RestTemplate's JSON of Spring", 'application/json, application/*+json'),
  published('html', 'HttpClient of .NET'),
  recorded('html', 'Net::HTTP of Ruby 3.1', '*/*'),
  published('nothing', 'rest-client 1.8 of Ruby', '*/*; q=0.5, application/xml'),
  recorded('html', 'curl of PHP 8.2', '*/*'),
  recorded('html', 'streams of PHP 8.2'),
  published('html', 'Guzzle of PHP'),
  recorded('html', 'libwww-perl 6.68'),
  published('nothing', 'a client of GraphQL', 'application/graphql-response+json, application/json;q=0.9'),
  published('nothing', 'a client that prefers JSON', 'application/json, */*;q=0.5'),
];

const ROBOTS: readonly Client[] = [
  recorded('html', 'Newsboat 2.21', '*/*'),
  published(
    'nothing',
    'feedparser 6',
    'application/atom+xml,application/rdf+xml,application/rss+xml,application/x-netcdf,application/xml;q=0.9,text/xml;q=0.2,*/*;q=0.1',
  ),
  published(
    'anything',
    'SimplePie, which looks for feeds in pages',
    'application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, text/html;q=0.7, unknown/unknown;q=0.1, application/unknown;q=0.1, */*;q=0.1',
  ),
  published(
    'anything',
    'Googlebot',
    'text/html,application/xhtml+xml,application/signed-exchange;v=b3,application/xml;q=0.9,*/*;q=0.8',
  ),
  published('html', 'bingbot', '*/*'),
  published('html', 'facebookexternalhit', '*/*'),
  published(
    'nothing',
    'Prometheus',
    'application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
  ),
  published('html', 'kube-probe', '*/*'),
  published('html', 'ELB-HealthChecker'),
  published('html', 'GoogleHC'),
  published('nothing', 'the check of HAProxy', undefined, { method: 'OPTIONS' }),
];

/** Clients of today and of ten years ago, with the fields that they really send. */
export const CLIENTS: readonly Client[] = [
  ...PAGES_IN_BROWSERS,
  ...PARTS_IN_BROWSERS,
  ...TOOLS,
  ...LIBRARIES,
  ...ROBOTS,
];
