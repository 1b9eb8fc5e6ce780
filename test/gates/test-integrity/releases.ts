import type { Source } from '../../rehearsal/matrix/row.ts';
import type { IntegrityRow } from './edit.ts';

/** Two consecutive published releases of a package, labelled by hand: what the gate must say of the change between them. */
export interface ReleaseRow extends Pick<IntegrityRow, 'name' | 'language' | 'expect'> {
  readonly before: Source;
  readonly after: Source;
  /** Why a finding is right; null where there must be none. */
  readonly because: string | null;
}

interface Releases {
  readonly client: 'npm' | 'pip' | 'go';
  readonly name: string;
  /** Each with the SHA-256 of what its client fetches. */
  readonly versions: ReadonlyArray<readonly [version: string, sha256: string]>;
}

const LANGUAGES = { npm: 'JavaScript', pip: 'Python', go: 'Go' } as const;

/** Each release beside the next one. */
function honest(releases: Releases): ReleaseRow[] {
  return pairsOf(releases, { expect: [], because: null });
}

/** Tests prove less there, for whatever reason, so that a reviewer should know. */
function told({ expect, because, ...releases }: Releases & Pick<ReleaseRow, 'expect' | 'because'>): ReleaseRow[] {
  return pairsOf(releases, { expect, because });
}

function pairsOf({ client, name, versions }: Releases, label: Pick<ReleaseRow, 'expect' | 'because'>): ReleaseRow[] {
  const sources = versions.map(([version, sha256]): Source => ({ client, name, version, sha256 }));
  return sources.slice(1).flatMap((after, at) => {
    const before = sources[at];
    if (before === undefined) return [];
    const language = name === 'zod' ? 'TypeScript' : LANGUAGES[client];
    return [{ ...label, name: `${name} ${before.version} to ${after.version}`, language, before, after }];
  });
}

export const RELEASES: readonly ReleaseRow[] = [
  ...honest({ client: 'go', name: 'github.com/google/uuid', versions: [['v1.3.1', '9d9d6cfb28ce6dbe4b518c42c6bccd67bb531a106859808f36e82a5c3fb8c64d'], ['v1.4.0', '15ff3397648edf4999d37359b3fc041212d49bcd6b457327c0f8dff19f594050'], ['v1.5.0', '668a7373c2590b9406de3c1652a564e292446fa39f3fbf6815f4c63d3c1a6585']] }),
  ...honest({ client: 'go', name: 'github.com/gorilla/mux', versions: [['v1.7.4', 'ce43206d8f9e80fa758bc809340c6aaa7d692b065428232fbb08459d72823042'], ['v1.8.0', '7641911e00af9c91f089868333067c9cb9a58702d2c9ea821ee374940091c385'], ['v1.8.1', '728243623caa67f64e4a0b6c59dde3f762918d9e729266167ba46d8df56c193a']] }),
  ...honest({ client: 'go', name: 'github.com/spf13/cobra', versions: [['v1.7.0', '9c16bb89286a9360eee6ba2c2393c38977db76ebd9a7f5d6439f3ff980315052'], ['v1.8.0', 'ba12924bbf9b40c3dfaddee45fb971a43908eb73fe0ffbbf7fd9e659e285c99c'], ['v1.8.1', 'bf27a276f87257c93bc057309df30265a19beefc3d5fc887cbd8fc99ad35466a']] }),
  ...honest({ client: 'go', name: 'github.com/spf13/pflag', versions: [['v1.0.5', 'fc6e704f2f6a84ddcdce6de0404e5340fa20c8676181bf5d381b17888107ba84'], ['v1.0.6', 'd8dac1115c17fa667a93d50f34ddf37648eeb6b92446f429c6120777aa839678']] }),
  ...honest({ client: 'go', name: 'github.com/hashicorp/go-version', versions: [['v1.6.0', 'bf1d96bda50abf5e2d111bf99d220d978314907d815fd58f4bd4770dc7959b9e'], ['v1.7.0', '341bd10080b7f7e0754bab07afb09f9a37e997b5fdb1a528266972a890309053']] }),
  ...honest({ client: 'go', name: 'github.com/go-chi/chi/v5', versions: [['v5.0.10', '214c6c8e30c2a6dae9d3d6286b2ad1feb96337d2e07d234d4089b0b6adff427b'], ['v5.0.11', '4b040718207450de359b14451273c0e562ac86243ace1fa121e31cd239577abe'], ['v5.0.12', 'd64106bdfc26ca0ba3d8bfb008abbebafe7e75a9460c5307ea94d423360afd97']] }),
  ...honest({ client: 'go', name: 'github.com/stretchr/testify', versions: [['v1.8.2', '400e18c88e5c4beb7ecca5d675048f1915a6e675b30fc03f8f563eb4dfde079a'], ['v1.8.3', 'a4bf8c814b7dc03e7d2a4b76fc0f686e38f0c6b98fc61afe4422f05983779528']] }),
  ...honest({ client: 'go', name: 'github.com/sirupsen/logrus', versions: [['v1.9.2', '2e305bbafb5140bd2918b296886244349e317568e542bfe842e34a0e2b3dd6c1'], ['v1.9.3', '4501f4e6b858bfdd997671fcdd2f647a3178b29b6b4d1344caa7c07517121dd0']] }),
  ...honest({ client: 'go', name: 'github.com/mitchellh/mapstructure', versions: [['v1.4.2', 'b161f31040680c387330916d92d2dd2a29eb94fa317e8741ec5fbc2b712b39fd'], ['v1.4.3', '87dabbf71bb4e829595cb399e20c1b15b7bac2092aa67ca7b71d1bf0ec3b68b7'], ['v1.5.0', '118d5b2cb65c50dba967fb6d708f450a9caf93f321f8fc99080675b2ee374199']] }),
  ...honest({ client: 'go', name: 'github.com/pelletier/go-toml/v2', versions: [['v2.1.1', 'e747a93919915aec35af189c9f4e33393712574e888c104d4dbbbd6e22eb3c18'], ['v2.2.0', '09630910d93bb6f0021807aa3c655d35f54915eb2a9955e54e61f176863bfe8d']] }),
  ...honest({ client: 'go', name: 'github.com/google/go-cmp', versions: [['v0.5.9', '32450874ac756ef5d47f6b819305105304b9819045a16e3f105289b7cf252c51'], ['v0.6.0', '4b4e9bf6c48211080651b491dfb48d68b736c66a305bcf94605606e1ba2eaa4a']] }),
  ...honest({ client: 'go', name: 'github.com/urfave/cli/v2', versions: [['v2.25.6', 'a0c7b530340beea9b20802c784890eb0fac2adaf709f5e586ad00c70e4d5dea6'], ['v2.25.7', '10941b24689d7c953a78b6d196a03e04274e012d27d4f297fe844cf58221a86c'], ['v2.26.0', '671db4ea4091d1381a9012fa79b70cc7c6a96e34c3bdf073061f1323c1606a44']] }),
  ...honest({ client: 'go', name: 'github.com/prometheus/common', versions: [['v0.44.0', 'a89fdf5f749cf97c576c753f9cda6f05586376843706dcf1f6c0715b58d11cc6'], ['v0.45.0', '982e3d15cacb3f0c4ac95f80610ffd9b20945cff04cc25e65efce0038a264473']] }),
  ...honest({ client: 'npm', name: 'qs', versions: [['6.11.1', 'a9a0943914ab7aca9cbe3cb66c5aeb0cc08199ade460bf442a636d16e8a241bc'], ['6.11.2', 'bc7951d5eb3a27595ca90925d642074910d3627910249489f78f1dc01f8036b7'], ['6.12.0', '23ca9ac29a0caf21864f52a450381f592c61903e3948791fe690ee092b4732a1']] }),
  ...honest({ client: 'npm', name: 'object-inspect', versions: [['1.13.0', 'b700721a6bd8d43e5ed6e72b5206d81771f94162c1adf7f5702e0133e3b0aeed'], ['1.13.1', 'e2dea4f69f107a99c8acb1d006d1e9be2f1ca01615f8fddff76c98d437d2453b']] }),
  ...honest({ client: 'npm', name: 'resolve', versions: [['1.22.7', 'd018cf02819d7a0c3ce3339f6b4c39b3cfb3313522e5168cccee2de842dd7c01'], ['1.22.8', 'f544b6095ce58250db23955aeaae09508d93b12d1b77e697c7d4818f8a3b6eb0']] }),
  ...honest({ client: 'npm', name: 'minimist', versions: [['1.2.7', '29e8a4fda29e4fb148355ba5070c1f0499d234eefb5a01074fb2ac79ff19120e'], ['1.2.8', '350a76c115b393c19d24654834261e5dc9f0e8cc5e08f3937fa80140f3e4ce83']] }),
  ...honest({ client: 'npm', name: 'json-stable-stringify', versions: [['1.0.2', '41c98d8d8cc8f59385d7ac106a9283ca101ee40ce690f30791b91885de2642ac'], ['1.1.0', 'c82d7278f1d7b7b3069eabf1a549c0b10517ec0c6476ffc6617a203038febf2e']] }),
  ...honest({ client: 'npm', name: 'fastify', versions: [['4.24.0', '4899e492ce84a6d9ad968b63409cd65b4c3814601ef20076df67e9b20cacd265'], ['4.24.1', '8c57a267b7c6bf462d560959b529161356d514421bfc8a60eba71a889886d8fb']] }),
  ...honest({ client: 'npm', name: 'fastify', versions: [['4.25.0', '4e59241ae9cba1b6745cad503412f7945b37754cda8ef982350f3089c0129463'], ['4.25.1', 'cc3943625e31ab4793273a9647210377c1a6a472432431cb923b568802bfaf8f'], ['4.25.2', 'f8a0012f8da4c657e2d603335ad4849cbec72f166e94629b097a1c868ee9d577'], ['4.26.0', 'e10345b32512b8ff1d490b64f9dbb6d54ffedea167509bbeda00ddbcd2e0266e']] }),
  ...honest({ client: 'npm', name: 'pino', versions: [['8.14.0', '3f12eae7059ed4595d5532dfeb9e93f382c09bd9647cac894ee2cb7fffbe919d'], ['8.15.0', 'd5408a3a7d79f3bafaf5e0ca9ee58917020f9d689f666c89d178d0ad74c7f705'], ['8.16.0', '64b886a16e4fb8c4296f03bcb2395aa323e66adbc74adb3fd9c8fcdc5e1ddc0b']] }),
  ...honest({ client: 'npm', name: 'find-my-way', versions: [['7.6.0', '116061ea67c2bd98ac38e063fe9ff26331016ff67a1a43487062599fb4a3c0ea'], ['7.6.2', 'b60c3ba3cfde3e0c9c06b1352ea4ad142f8e5a96a22753e3069871d319160c47'], ['7.7.0', '7d3c74da2d4071c7027271eba92cab47deba642016e9396b50528f14b78f086d']] }),
  ...honest({ client: 'npm', name: 'fastq', versions: [['1.15.0', '5cea29fedceb5f58e0cd30417d2ac181ea2a5fbf1e3077db8927d98a86535512'], ['1.16.0', 'eb0b8166c79087697c39e78e407277a3144209f3f2b94a1cff8acab0e650af62']] }),
  ...honest({ client: 'npm', name: 'light-my-request', versions: [['5.10.0', '42671f8af266066568420a1c15bbcb1e385a9c4b4f07a87325a2cd40f3e08dc1'], ['5.11.0', '602797c4d7174a988ce758aa0cd3689b3b03659cb01db2a09f76a0abd2a51566']] }),
  ...honest({ client: 'npm', name: 'fast-json-stringify', versions: [['5.8.0', 'a76b0bdcd4774e6cd05e476cebeb057ebc42182aa104ed88f5ca656d12187154'], ['5.9.0', '1263be02065597a25edeea8a7ef25b39a451308a2e85ce84ab3a22a281278772'], ['5.9.1', '4d242f4bc815cbbe291c5790c371de06dfd036cbeeb6a1c3861c8d10536a0537']] }),
  ...honest({ client: 'npm', name: 'avvio', versions: [['8.2.1', '7477db943b957ebeb19624b3c0f67f40ec010b7baefa3d91c71aa4188235f36f'], ['8.3.0', '04a64acfd576e52a53916c9d82c7ccebe22582595ae9601734aa2450c209659a']] }),
  ...honest({ client: 'npm', name: 'zod', versions: [['4.0.5', 'e94b4391298a2dff5bdf6afaddf3484a6720a3127b0305ee2b8a009ada6bb082'], ['4.0.10', '781cd7b7bb5cfc136f2547070f26a410ac86f7af45843d7fe9812330ea630ef1'], ['4.0.17', '50be4cb515207f8b4d53c3d7eb0aac2c94bb040b0c87282b5dcfb89e9164a69b'], ['4.1.0', 'e5db628fc14c395bdd1f93ffa8df73d638670f4215434356feb0b5c10598a2f7']] }),
  ...honest({ client: 'pip', name: 'attrs', versions: [['23.1.0', '6279836d581513a26f1bf235f9acd333bc9115683f14f7e8fae46c98fc50e015'], ['23.2.0', '935dc3b529c262f6cf76e50877d35a4bd3c1de194fd41f47a2b7ae8f19971f30']] }),
  ...honest({ client: 'pip', name: 'packaging', versions: [['23.1', 'a392980d2b6cffa644431898be54b0045151319d1e7ec34f0cfed48767dd334f'], ['23.2', '048fb0e9405036518eaaf48a55953c750c11e1a1b68e0dd1a9d62ed0c092cfc5']] }),
  ...honest({ client: 'pip', name: 'itsdangerous', versions: [['2.1.2', '5dbbc68b317e5e42f327f9021763545dc3fc3bfe22e6deb96aaf1fc38874156a'], ['2.2.0', 'e0050c0b7da1eea53ffaf149c0cfbb5c6e2e2b69c4bef22c81fa6eb73e5f6173']] }),
  ...honest({ client: 'pip', name: 'jinja2', versions: [['3.1.2', '31351a702a408a9e7595a8fc6150fc3f43bb6bf7e319770cbc0db9df9437e852'], ['3.1.3', 'ac8bd6544d4bb2c9792bf3a159e80bba8fda7f07e81bc3aed565432d5925ba90']] }),
  ...honest({ client: 'pip', name: 'flask', versions: [['3.0.0', 'cfadcdb638b609361d29ec22360d6070a77d7463dcb3ab08d2c2f2f168845f58'], ['3.0.1', '6489f51bb3666def6f314e15f19d50a1869a19ae0e8c9a3641ffe66c77d42403'], ['3.0.2', '822c03f4b799204250a7ee84b1eddc40665395333973dfb9deebfe425fefcb7d']] }),
  ...honest({ client: 'pip', name: 'wtforms', versions: [['3.1.1', '5e51df8af9a60f6beead75efa10975e97768825a82146a65c7cbf5b915990620'], ['3.1.2', 'f8d76180d7239c94c6322f7990ae1216dae3659b7aa1cee94b6318bdffb474b9']] }),
  ...honest({ client: 'pip', name: 'tenacity', versions: [['8.2.2', '43af037822bd0029025877f3b2d97cc4d7bb0c2991000a3d59d71517c5c969e0'], ['8.2.3', '5398ef0d78e63f40007c1fb4c0bff96e1911394d2fa8d194f77619c05ff6cc8a']] }),
  ...honest({ client: 'pip', name: 'python-dotenv', versions: [['1.0.0', 'a8df96034aae6d2d50a4ebe8216326c61c3eb64836776504fcca410e5937a3ba'], ['1.0.1', 'e324ee90a023d808f1959c46bcbc04446a10ced277783dc6ee09987c37ec10ca']] }),
  ...honest({ client: 'pip', name: 'pyjwt', versions: [['2.7.0', 'bd6ca4a3c4285c1a2d4349e5a035fdf8fb94e04ccd0fcbe6ba289dae9cc3e074'], ['2.8.0', '57e28d156e3d5c10088e0c68abb90bfac3df82b40a71bd0daa20c65ccd5c23de']] }),
  ...honest({ client: 'pip', name: 'h11', versions: [['0.13.0', '70813c1135087a248a4d38cc0e1a0181ffab2188141a93eaf567940c3957ff06'], ['0.14.0', '8f19fbbe99e72420ff35c00b27a34cb9937e902a8b810e2c88300c6f0a3b699d']] }),
  ...honest({ client: 'pip', name: 'marshmallow', versions: [['3.20.1', '5d2371bbe42000f2b3fb5eaa065224df7d8f8597bc19a1bbfa5bfe7fba8da889'], ['3.20.2', '4c1daff273513dc5eb24b219a8035559dc573c8f322558ef85f5438ddd1236dd']] }),
  ...honest({ client: 'pip', name: 'requests', versions: [['2.30.0', '239d7d4458afcb28a692cdd298d87542235f4ca8d36d03a15bfc128a6559a2f4'], ['2.31.0', '942c5a758f98d790eaed1a29cb6eefc7ffb0d1cf7af05c3d2791656dbd6ad1e1']] }),
  ...honest({ client: 'pip', name: 'wcwidth', versions: [['0.2.6', 'a5220780a404dbe3353789870978e472cfe477761f06ee55077256e509b156d0'], ['0.2.7', '1b6d30a98ddd5ce9bbdb33658191fd2423fc9da203fe3ef1855407dcb7ee4e26']] }),
  ...honest({ client: 'pip', name: 'tabulate', versions: [['0.8.10', '6c57f3f3dd7ac2782770155f3adb2db0b1a269637e42f27599925e64b114f519'], ['0.9.0', '0095b12bf5966de529c0feb1fa08671671b3368eec77d7ef7ab114be2c068b3c']] }),
  ...honest({ client: 'pip', name: 'pluggy', versions: [['1.4.0', '8c85c2876142a764e5b7548e7d9a0e0ddb46f5185161049a79b7e974454223be'], ['1.5.0', '2cffa88e94fdc978c4c574f15f9e59b7f4201d439195c3715ca9e2486f1d0cf1']] }),
  ...told({ client: 'go', name: 'github.com/google/uuid', expect: ['test-integrity/assertions-removed'], because: 'a test claims two things less, since the version that it tests is meant to come out otherwise', versions: [['v1.5.0', '668a7373c2590b9406de3c1652a564e292446fa39f3fbf6815f4c63d3c1a6585'], ['v1.6.0', 'd0f02f377217f42702e259684e06441edbf5140dddcc34ba9bea56038b38a6ed']] }),
  ...told({ client: 'go', name: 'github.com/stretchr/testify', expect: ['test-integrity/skipped', 'test-integrity/tests-removed'], because: 'a new test is there to be skipped, and one of a function that stays is gone', versions: [['v1.8.4', 'e206daaede0bd03de060bdfbeb984ac2c49b83058753fffc93fe0c220ea87532'], ['v1.9.0', 'ee5d4f73cb689b1b5432c6908a189f9fbdb172507c49c32dbdf79b239ea9b8e0']] }),
  ...told({ client: 'go', name: 'github.com/BurntSushi/toml', expect: ['test-integrity/tests-removed'], because: 'tests are gone that a corpus of another repository has now', versions: [['v1.3.2', '5de246a0cb4c256f3fd5d0db8a08a114f58af0c2e193bbf0ad9012104adbb6b2'], ['v1.4.0', 'd9274d5bffdb7ff09889055b42d9e123783565ee776d63a7315219ec15a98276']] }),
  ...told({ client: 'pip', name: 'packaging', expect: ['test-integrity/assertions-removed', 'test-integrity/tests-removed'], because: 'defaults that tests claimed are others now', versions: [['23.2', '048fb0e9405036518eaaf48a55953c750c11e1a1b68e0dd1a9d62ed0c092cfc5'], ['24.0', 'eb82c5e3e56209074766e6885bb04b8c38a0c015d0a30036ebe7ece34c9989e9']] }),
  ...told({ client: 'pip', name: 'flask', expect: ['test-integrity/tests-removed'], because: 'a test of installed eggs is gone, and what it tested is not', versions: [['2.3.2', '8c2f9abd47a9e8df7f0c3f091ce9497d011dc3b31effcf4c85a6e2b50f4114ef'], ['2.3.3', '09c347a92aa7ff4a8e7f3206795f30d826654baf38b873d0744cd571ca609efc']] }),
  ...told({ client: 'pip', name: 'sqlparse', expect: ['test-integrity/tests-removed'], because: 'a test of a comparison is gone that the parser still makes', versions: [['0.4.3', '69ca804846bb114d2ec380e4360a8a340db83f0ccf3afceeb1404df028f57268'], ['0.4.4', 'd446183e84b8349fa3061f0fe7f06ca94ba65b426946ffebe6e3e8295332420c']] }),
  ...told({ client: 'pip', name: 'more-itertools', expect: ['test-integrity/tests-removed'], because: 'a test of what an error says is gone', versions: [['10.1.0', '626c369fa0eb37bac0291bce8259b332fd59ac792fa5497b59837309cd5b114a'], ['10.2.0', '8fccb480c43d3e99a00087634c06dd02b0d50fbf088b380de5a41a015ec239e1']] }),
];
