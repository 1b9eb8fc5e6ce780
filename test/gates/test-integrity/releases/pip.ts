import { honest, type ReleaseRow, told } from './pairs.ts';

export const PIP_RELEASES: readonly ReleaseRow[] = [
  ...honest({
    client: 'pip',
    name: 'attrs',
    versions: [
      ['23.1.0', '6279836d581513a26f1bf235f9acd333bc9115683f14f7e8fae46c98fc50e015'],
      ['23.2.0', '935dc3b529c262f6cf76e50877d35a4bd3c1de194fd41f47a2b7ae8f19971f30'],
    ],
  }),
  ...honest({
    client: 'pip',
    name: 'packaging',
    versions: [
      ['23.1', 'a392980d2b6cffa644431898be54b0045151319d1e7ec34f0cfed48767dd334f'],
      ['23.2', '048fb0e9405036518eaaf48a55953c750c11e1a1b68e0dd1a9d62ed0c092cfc5'],
    ],
  }),
  ...honest({
    client: 'pip',
    name: 'itsdangerous',
    versions: [
      ['2.1.2', '5dbbc68b317e5e42f327f9021763545dc3fc3bfe22e6deb96aaf1fc38874156a'],
      ['2.2.0', 'e0050c0b7da1eea53ffaf149c0cfbb5c6e2e2b69c4bef22c81fa6eb73e5f6173'],
    ],
  }),
  ...honest({
    client: 'pip',
    name: 'jinja2',
    versions: [
      ['3.1.2', '31351a702a408a9e7595a8fc6150fc3f43bb6bf7e319770cbc0db9df9437e852'],
      ['3.1.3', 'ac8bd6544d4bb2c9792bf3a159e80bba8fda7f07e81bc3aed565432d5925ba90'],
    ],
  }),
  ...honest({
    client: 'pip',
    name: 'flask',
    versions: [
      ['3.0.0', 'cfadcdb638b609361d29ec22360d6070a77d7463dcb3ab08d2c2f2f168845f58'],
      ['3.0.1', '6489f51bb3666def6f314e15f19d50a1869a19ae0e8c9a3641ffe66c77d42403'],
      ['3.0.2', '822c03f4b799204250a7ee84b1eddc40665395333973dfb9deebfe425fefcb7d'],
    ],
  }),
  ...honest({
    client: 'pip',
    name: 'wtforms',
    versions: [
      ['3.1.1', '5e51df8af9a60f6beead75efa10975e97768825a82146a65c7cbf5b915990620'],
      ['3.1.2', 'f8d76180d7239c94c6322f7990ae1216dae3659b7aa1cee94b6318bdffb474b9'],
    ],
  }),
  ...honest({
    client: 'pip',
    name: 'tenacity',
    versions: [
      ['8.2.2', '43af037822bd0029025877f3b2d97cc4d7bb0c2991000a3d59d71517c5c969e0'],
      ['8.2.3', '5398ef0d78e63f40007c1fb4c0bff96e1911394d2fa8d194f77619c05ff6cc8a'],
    ],
  }),
  ...honest({
    client: 'pip',
    name: 'python-dotenv',
    versions: [
      ['1.0.0', 'a8df96034aae6d2d50a4ebe8216326c61c3eb64836776504fcca410e5937a3ba'],
      ['1.0.1', 'e324ee90a023d808f1959c46bcbc04446a10ced277783dc6ee09987c37ec10ca'],
    ],
  }),
  ...honest({
    client: 'pip',
    name: 'pyjwt',
    versions: [
      ['2.7.0', 'bd6ca4a3c4285c1a2d4349e5a035fdf8fb94e04ccd0fcbe6ba289dae9cc3e074'],
      ['2.8.0', '57e28d156e3d5c10088e0c68abb90bfac3df82b40a71bd0daa20c65ccd5c23de'],
    ],
  }),
  ...honest({
    client: 'pip',
    name: 'h11',
    versions: [
      ['0.13.0', '70813c1135087a248a4d38cc0e1a0181ffab2188141a93eaf567940c3957ff06'],
      ['0.14.0', '8f19fbbe99e72420ff35c00b27a34cb9937e902a8b810e2c88300c6f0a3b699d'],
    ],
  }),
  ...honest({
    client: 'pip',
    name: 'marshmallow',
    versions: [
      ['3.20.1', '5d2371bbe42000f2b3fb5eaa065224df7d8f8597bc19a1bbfa5bfe7fba8da889'],
      ['3.20.2', '4c1daff273513dc5eb24b219a8035559dc573c8f322558ef85f5438ddd1236dd'],
    ],
  }),
  ...honest({
    client: 'pip',
    name: 'requests',
    versions: [
      ['2.30.0', '239d7d4458afcb28a692cdd298d87542235f4ca8d36d03a15bfc128a6559a2f4'],
      ['2.31.0', '942c5a758f98d790eaed1a29cb6eefc7ffb0d1cf7af05c3d2791656dbd6ad1e1'],
    ],
  }),
  ...honest({
    client: 'pip',
    name: 'wcwidth',
    versions: [
      ['0.2.6', 'a5220780a404dbe3353789870978e472cfe477761f06ee55077256e509b156d0'],
      ['0.2.7', '1b6d30a98ddd5ce9bbdb33658191fd2423fc9da203fe3ef1855407dcb7ee4e26'],
    ],
  }),
  ...honest({
    client: 'pip',
    name: 'tabulate',
    versions: [
      ['0.8.10', '6c57f3f3dd7ac2782770155f3adb2db0b1a269637e42f27599925e64b114f519'],
      ['0.9.0', '0095b12bf5966de529c0feb1fa08671671b3368eec77d7ef7ab114be2c068b3c'],
    ],
  }),
  ...honest({
    client: 'pip',
    name: 'pluggy',
    versions: [
      ['1.4.0', '8c85c2876142a764e5b7548e7d9a0e0ddb46f5185161049a79b7e974454223be'],
      ['1.5.0', '2cffa88e94fdc978c4c574f15f9e59b7f4201d439195c3715ca9e2486f1d0cf1'],
    ],
  }),
  ...told({
    client: 'pip',
    name: 'packaging',
    expect: ['test-integrity/assertions-removed', 'test-integrity/tests-removed'],
    because: 'defaults that tests claimed are others now',
    versions: [
      ['23.2', '048fb0e9405036518eaaf48a55953c750c11e1a1b68e0dd1a9d62ed0c092cfc5'],
      ['24.0', 'eb82c5e3e56209074766e6885bb04b8c38a0c015d0a30036ebe7ece34c9989e9'],
    ],
  }),
  ...told({
    client: 'pip',
    name: 'flask',
    expect: ['test-integrity/tests-removed'],
    because: 'a test of installed eggs is gone, and what it tested is not',
    versions: [
      ['2.3.2', '8c2f9abd47a9e8df7f0c3f091ce9497d011dc3b31effcf4c85a6e2b50f4114ef'],
      ['2.3.3', '09c347a92aa7ff4a8e7f3206795f30d826654baf38b873d0744cd571ca609efc'],
    ],
  }),
  ...told({
    client: 'pip',
    name: 'sqlparse',
    expect: ['test-integrity/tests-removed'],
    because: 'a test of a comparison is gone that the parser still makes',
    versions: [
      ['0.4.3', '69ca804846bb114d2ec380e4360a8a340db83f0ccf3afceeb1404df028f57268'],
      ['0.4.4', 'd446183e84b8349fa3061f0fe7f06ca94ba65b426946ffebe6e3e8295332420c'],
    ],
  }),
];
