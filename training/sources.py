"""The data sets known to training: name, home, licence as its repository states it, use, digest.

`use` is `train`, `evaluate only` (licences that forbid commercial use or are copyleft on
data, and functional suites) or `lexicon` (a word list, not comments). No set is shipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Source:
    """One data set, kept as one Parquet file."""

    name: str
    home: str
    """Repositories on GitHub that carry it."""
    licence: str
    use: str
    sha256: str
    """Of the Parquet file."""

    @property
    def file(self) -> str:
        """Name of its file in the data folder."""
        return f"{self.name}.parquet"


SOURCES: Final[tuple[Source, ...]] = (
    Source(
        "c3_constructive_comments",
        "amitsultan/NLP_Discourse_parsing",
        "none stated",
        "evaluate only",
        "b451051b1116a1ada9a08f2c8686088981fbf174fd091c1e31181afe41d82768",
    ),
    Source(
        "cad_reddit",
        "NoamElul/cis-5300-final",
        "none stated",
        "train",
        "bcf657c2dd9fca651a7eaab39f6141c95d1362275b0cc9a053577a763dc6551a",
    ),
    Source(
        "cat_large_wikipedia",
        "ipavlopoulos/context_toxicity",
        "Apache-2.0",
        "train",
        "6455930992bbc07918148e4fb65eae9f16243836b83170a777c508f0d9033df4",
    ),
    Source(
        "convabuse",
        "amandacurry/convabuse",
        "CC BY 4.0",
        "train",
        "8c7809e0d64c92eb726c6825f5b22d64943e2e23ddcbfb678980c7188bdc0e5e",
    ),
    Source(
        "davidson_tweets",
        "t-davidson/hate-speech-and-offensive-language",
        "MIT",
        "train",
        "9c9712462aee7ce7be547cee3ca011b99d0baa61047ff225b8a6a211395f993c",
    ),
    Source(
        "edos_sexism",
        "spartan71UoS/EDOS-OSDM",
        "none stated",
        "train",
        "43fadc3ecb85ce4decd7f5cbc83cae35551e021692f753cf3959afd9259cf824",
    ),
    Source(
        "fox_news_comments",
        "sjtuprog/fox-news-comments",
        "MIT",
        "train",
        "ee7ada4d41c67998c812f2fc876f8cd8ca9aeabb10755f34e4e0533fb8b44aa7",
    ),
    Source(
        "guest_misogyny_reddit",
        "ellamguest/online-misogyny-eacl2021",
        "MIT",
        "train",
        "99bf1d9f0e3d0ece09cd2ac1a4007d862df91c1e648a3c166c6d09ff7682d2ef",
    ),
    Source(
        "hatemoji_build",
        "HannahKirk/Hatemoji",
        "CC BY 4.0",
        "train",
        "fe932b58fc29accc2be09d2274603935a6b54d75084683956b73907c6326f7eb",
    ),
    Source(
        "hatemoji_check",
        "HannahKirk/Hatemoji",
        "CC BY 4.0",
        "evaluate only",
        "45e03589c0defafd4417d1facc272e83618ec6f533c32d8693614027cda44880",
    ),
    Source(
        "hateval2019_en",
        "melody6140/Erin",
        "none stated",
        "train",
        "5d67aa71b1b22e66ae6c3424f666fac47f93b692005ec6867d3b603e23c69d0c",
    ),
    Source(
        "hof_us_election_tweets",
        "NoamElul/cis-5300-final",
        "none stated",
        "train",
        "cc4539f49569b4d92f361005dec20dd9f41192e2e2331374c78d8dea92308e97",
    ),
    Source(
        "iac_4forums_unlabelled",
        "sl-m-lab/Internet-Argument-Corpus",
        "none stated",
        "train",
        "5b82b5004eb7c031416637e3e144d548dd8e56e6b04a46abb767f8e8191555c9",
    ),
    Source(
        "jigsaw_wikipedia_subset",
        "predibase/llm_distillation_playbook; HieuNT91/file_storage; unitaryai/detoxify",
        "none stated",
        "train",
        "ce5f0e84ad2d531b6b70dbef4069fbf8054fa051666353f5b47ebb487b9fa8e8",
    ),
    Source(
        "kaggle_insults_impermium",
        "amueller/kaggle_insults; tarekhemdan/Cyberbullying",
        "none stated",
        "train",
        "4138f2907967f4598a222344ef5a619d84526bf1f6d04ff00350eaff3989f857",
    ),
    Source(
        "lexicon_surge_profanity",
        "surge-ai/profanity",
        "MIT",
        "lexicon",
        "43c63c4b3a321353a5bcd5c0498cf4a6470b9b58a57dd466c5947b58e11054e5",
    ),
    Source(
        "mlma_english_tweets",
        "HKUST-KnowComp/MLMA_hate_speech",
        "MIT",
        "train",
        "276b0d826f7fb99af2423ec0d3a07c2aac85f69420d122dea8beaf1f98fe0a82",
    ),
    Source(
        "nyt_room_for_debate",
        "UKPLab/argument-reasoning-comprehension-task",
        "Apache-2.0",
        "train",
        "275354be76c59638fc97cd223d1371e452eb1cf705ca9aaf506211e861a6d43e",
    ),
    Source(
        "olid_offenseval2019",
        "richouzo/hate-speech-detection-survey; tommasoc80/AbuseEval",
        "CC0 1.0 (repository content)",
        "train",
        "191995bbfef447330032c06cede72d364459c14929ec10e2a33c58c8d44d2972",
    ),
    Source(
        "reddit_news_reply_pairs_unlabelled",
        "leahrnh/reddit_corpus",
        "none stated",
        "train",
        "b5af4c0113da25f7578059c8a8ada2037c594db0d6bc272498fe977c9f866ea7",
    ),
    Source(
        "reddit_news_threads_unlabelled",
        "leahrnh/reddit_corpus",
        "none stated",
        "train",
        "bc8027ab2e6f0c6de321bf12ac7f1cb4fff431e91d5443a0d2fd85882f24fa70",
    ),
    Source(
        "reddit_norm_violations_weak",
        "ceshwar/reddit-norm-violations",
        "none stated",
        "train",
        "f50ad08a92284f961d4675fe0b305e7dd9a19d7a1a0da0ae654db7078c125b73",
    ),
    Source(
        "reddit_other_threads_unlabelled",
        "leahrnh/reddit_corpus",
        "none stated",
        "train",
        "db63c7d584678810f4199a0dc3b4f4eec38bcacd21aeddc252eac7cedc76497d",
    ),
    Source(
        "reddit_post_body_comments_unlabelled",
        "ishandandekar/Reddit-Post-Comment-Dataset",
        "MIT",
        "train",
        "575ac6eab4da454a6b484b15096ace79dc0f7f851e80b59636294c486bc5d01d",
    ),
    Source(
        "reddit_technology_unlabelled",
        "jqiwen/reddit-comments-analysis",
        "none stated",
        "train",
        "0b038ad17618423cab5c3f119a56001eaac18be059547f18094321080e80e32e",
    ),
    Source(
        "ruddit",
        "FreddieHorn/politeness-determinator",
        "none stated",
        "train",
        "02c68a2e61aa899229ae3d74942129b827121e4a77c81f47de9377bff4e808ce",
    ),
    Source(
        "semeval2017_cqa_A",
        "chaobotic-vasu/Community-Question-Answering",
        "MIT",
        "train",
        "15b3c90fb3b525481f937e25eb32ecc78dd7b9b5607bf05020642e385737e3ae",
    ),
    Source(
        "semeval2017_cqa_C",
        "chaobotic-vasu/Community-Question-Answering",
        "MIT",
        "train",
        "e1f168f78627241317ae274619bbe977c3a93587a23a80a9928a8272706d0606",
    ),
    Source(
        "stormfront",
        "Vicomtech/hate-speech-dataset",
        "CC BY-SA 3.0 ES",
        "evaluate only",
        "9b2109e700d256d098f6b8bbbc683d1bd56eb56d5250819258497378452702ea",
    ),
    Source(
        "swad_swearing_tweets",
        "dadangewp/SWAD-Repository",
        "GPL-3.0",
        "evaluate only",
        "e73daf90f3d498c82cb49e1c63c0a456386c1ef8ff38d09afdb012d9613ae427",
    ),
    Source(
        "toxic_spans_semeval2021",
        "ipavlopoulos/toxic_spans",
        "CC0 1.0",
        "train",
        "2ddbd515ddc83fdb7c3b2917566de896df6ddf61518d328a74dd4fd1fb25be91",
    ),
    Source(
        "toxic_spans_typed_civil",
        "ipavlopoulos/toxic_spans",
        "CC0 1.0",
        "train",
        "c0b77bfaf67cf85bde6b055a5b99a5d4bdd2aa7937433edf6e89835ba09d576a",
    ),
    Source(
        "toxicr_code_review",
        "WSU-SEAL/ToxiCR",
        "GPL-3.0",
        "evaluate only",
        "e812d81d5e14cde9cbc4cf1049d4c1dcbd7cc2ad20e9be91a4a1bc56848b1727",
    ),
    Source(
        "trac1_facebook_aggression",
        "daksh2298/trac_dax",
        "none stated",
        "train",
        "150592ff6ee67292f1268046320763a8906c07b0d9e8e4236cf2f9c1a2278402",
    ),
    Source(
        "ucc_unhealthy_conversations",
        "conversationai/unhealthy-conversations",
        "CC BY-NC-SA 4.0",
        "evaluate only",
        "ef5bce1aa8fa5f4dd7da530f7471d62cbce87c056f2e7245ddc4cc5d302c54a6",
    ),
    Source(
        "ukp_cmv_ad_hominem",
        "UKPLab/naacl2018-before-name-calling-habernal-et-al",
        "Apache-2.0",
        "train",
        "22d9db0a9747074be53f3e21ab9c92093911d1cadd0b60a04b36f85bcdfd6d3e",
    ),
    Source(
        "waseem_hovy_tweets",
        "tarekhemdan/Cyberbullying",
        "none stated",
        "train",
        "4f02c224fe24e0c41eb726189aac0fbda61fa6b9c85202377d22061944c2bdd4",
    ),
)
