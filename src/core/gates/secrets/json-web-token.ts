import { fields, text } from '../../json-lines.ts';

/** Seconds since 1970: a token that ended before 2024 opens nothing. */
const LONG_ENDED = 1_704_067_200;

/** Returns whether a text is a signed JSON Web Token (RFC 7519) that may open something: not one of documents (jwt.io's John Doe, the
 *  RFC's own joe, reserved hosts), none without a signature, and none that ended long ago. */
export function isLiveToken(token: string): boolean {
  const [head = '', body = '', signature = ''] = token.split('.');
  const header = decode(head);
  const claims = decode(body);
  if (header === null || claims === null || signature.length < 20) return false;
  const algorithm = text(header.alg);
  if (algorithm === null || algorithm.toLowerCase() === 'none') return false;
  if (typeof claims.exp === 'number' && claims.exp < LONG_ENDED) return false;
  return !OF_DOCUMENTS.test(JSON.stringify(claims));
}

const OF_DOCUMENTS =
  /"(?:sub|id|user_?id)":"?(?:1234567890|123|1)"?[,}]|"(?:name|iss|sub)":"(?:john ?doe|jane ?doe|joe|alice|bob|test|test[-_ ]?user|user|foo)"|example\.(?:com|org|net)|localhost/i;

function decode(part: string) {
  try {
    const bytes = atob(part.replaceAll('-', '+').replaceAll('_', '/'));
    const value: unknown = JSON.parse(bytes);
    return typeof value === 'object' && value !== null ? fields(value) : null;
  } catch {
    return null;
  }
}
