"""More words that English is made of, for cutting apart what was run together.

Lower-case words of the sentences written for the project, beside `ordinary_words.COMMON`.
Being in this list says nothing about a score.
"""

from __future__ import annotations

from typing import Final

KNOWN: Final = frozenset(
    """
abo aboriginal abort absent absolute absurd abuse abusing abyss accident accountant accumulate
accused ace acid actor addresses adjourned admire adopted adults advert advice affects afraid
agency agent agents air airhead airline alarm album alive alla allotment allotments alloy aloud
amazing ambulance amused anal analogue analysis analyst angel angry answered ants anuses anusvara
anywhere aphids apologised apostles app appeared appetite applause apple apples appointed
appointment arch archive argued arguments arm armour armpit army arrested arsenal arsenic arson
artichoke articles artists asexual ashamed ashtray asks assassin assault assemble assess assessed
assessment asset assets assign assist associate association assurance assure asylum asylums ate
atheist atheists athlete attacked attacks attitude audience auditors aunt auspicious autism autist
award babe backbone backward backwards badly bag bailiffs baker bakers bakery ball ballcocks
ballet balloon ballot ballots balls ban banal band banjo banker bankers banks banned bar bars
basher baskets bass bassoon bassoonist bastardise bat bath baths bathtub battery battle batty
beach beaner beans beautiful beaver became bed bee beer beers beetle beg began begat beginning
begins believed believer believers belly belong belongs belts bench bend beneath benedick benefits
bent beside biased bible bicycle bikes bin binary bindweed bins biology bipolar birthday biscuit
bisexual bisexuals bishop bistro bit bite blackberries blackboard blacklists blamed blaming
blankets bleed bleeding blind block blocked blockhead blood bloodbath blossom blow blowjobs blown
blue boards boat boats bog boiled boiler boilers bomb bombard bombastic bombed bombing bone bonobo
bonus booby boomers boot border bosom bother botherer bottom bought bouncer bowl bowling box boxes
boxing boy brackets brake brakes branch brand brass brave brb bread breakfast breast breastfeeds
breastplate breasts breaststroke breath breathe breathing breathtaking breed breeding brick
bricklayer bridge brilliant brings broke broken broom brother brothers brown brunch brutal brutes
btw bubble buddhist budget bug buggy build building built bulk bulldog bullet bully bum bumblebee
bummed bumper bungalow bunnies bunny buns burden burger burns burnt burst bury bus buses bushbuck
bushtit bustard butchered butler butt butter butterfly button buttonquail buttons buttress buying
bye bypass cable cage cake calls calmly cam camel camera campaign campfire campus canal cancel
cancelling candidate candles captain caption carcass card cards carols carpenter carpenters carpet
carriages carried carries cartoon carved cassette cassoulet cast cat catalysts catechin cats
cattle caught causes celebrate cemetery census centre cervical cesspit chairs changing chanted
chants chapter characters charge charged charger charges charity charlatan charm charming chart
chased chat chav chavs cheap cheaper cheats checked checkout cheeks cheer cheers cheese chef chefs
chess chestnut chicken chief chinaman chinamen chinchilla chips chisel choir choking christard
cichlid cinema circumcision circumference circumstance civilisation civilised claiming clap
clapped classic classmates clean cleat clergy clever clickbait climax climbers clinic clip clock
clocks closed closing closure clothes clotted club clubs cluster coach coached coal coarse coat
cockatoo cockchafer cocked cockerel cockle cockles cockpit cockscomb cocktail coconut cocoon code
coffee coil coin coincidence cold colleagues collected colon coloured column columnist command
comment commentator commented comments committee compare compares comparison compass competition
complaints con condensates condolences condom condoms confirm confucius confusing congratulations
connector connectors consent conspicuous constable constitution consultants contempt content
contraception contradict contradicted contrary contribute convincing cook cooked cooks cooler coot
cop copy coq core corner cornhole corrected correctly cotton cough coughed council councillor
councillors count counted counter counting counts couplings courage couscous cousin cousins
covering covers cowardice crab crack cracker crackers cracks crash crashed crawling crayons cream
crested cretan crew cricket cried crip critic criticise criticising critics crone crop cross
crossed crosses crossword crosswords crowd cruel cruelty crumb crush crushed cry cucumber culture
cumin cumquat cumulative cumulus cup cups cure curious curry curse cursed custard custom customers
cute cylinder daemon dago dam dame damp dams dancing dare dares dark darken dastardly date dates
daughter daughters deadline deaf dear debate decent decisions defect defence defences degree
degrees dehumanising delete delight deluded demagogues dentist depressing depression depth derby
derogation describe describes deserve deserved deserves designed desire desk desks despair
detective diagrams diaper diary dickens dictionary diet digging dik dilation dim dink dinner
dinners directions dirt disabilities disability disagree disappear disappointed dishwasher dislike
disorder disown ditch diversity docks doctor doctrine document documentary dodo dog dogs dongles
donkey doofus door doorknob doorknobs dothead dough doves downhill downie dozen drafted drag
dragged drain drains drapes drawn dress drink drivel driven driver drivers drizzle dropped drove
drowned drowning drummer drunk duck ducks dug duller dumbbell dumbwaiters dumpling dumplings dung
dunnock dwarf dwarfs dying ear eared eaten editors education effing egg eggs eight ejaculatory
elderly election electrician electricians eleven email embarrassed embassy employer emptier empty
encumber ended ending ends enemy engineers engines enigma enjoying entitle entry equality erect
erection erectus essay essex estate evangelical evangelicals evening everybody evicted evolution
exact exam excellent exception exhibition expected expecting experiment explained extra eye
eyeballs eyes faced factory fagot fagotto fairy faked fakeugee fallen falls families fannings
fanny fare fares farm farmer farmers farming fasten faster fate fathers favour favourite feared
fee feed feels feet fell felt female females feminazis fence fenian ferns fertilisation fertiliser
festival fetch fever fewer field fifth fighting figs figures file files filipino fill filled film
films filter fin final finale finalist fined finer fingers finish finished firecracker fired
firing firm fish five fix fixed flag flagged flagship flame flamingo flap flat flatbread flatmate
flats flawed fleas flies float flood floor floors floresiensis flowers flu fml fog folk followed
follows fond football footed forecast forgets forgive forgot forgotten former fortune forty forum
forwards fought founded four framed fraudsters freaking freeze french fridge frog frost fruit
fuchsia fudge fuel fukushima fulmar fund funds fungus fuss futile gaiety gaily gain gained gains
game gametes gang gap gaping garage garden gardener gas gaskets gassed gates geezer gender gene
generations generous genius gently german gets giants gig gimlet gimp gimps gin glad gladly glands
glory glue goal goalkeeper goat goatfucker gobbledygook godparent gold golden golliwog goodbye
googled googly goose gooseberry goreng gorgeous gormless grain gran grandad grandfather
grandmother grandmothers grandparents grapefruit grapes grasp grass grateful grave gravy grease
greaser grebe green grew grey grief grilled groups grouse grow growing grown grows guard guide
guinea guitar gullible gunpowder guns gutless gutter gym gyp gyppo gypsy haha hahaha hair hall
halved hammer hammered hamster hancock handbook handed hangman happening harassment harbour harder
hardly harm harmless harp harsh harvest hassle hazards headbutt headcheese headhunter headline
headlines hearing hearse heat heaven hedge heeb heebie heel hellebore hello helpful helps hen hens
hernias hero heroes hey hide hiding hill hire hired hiring hissed hits hockey hoedown holes
holiday holidays homeless homeopathy homework homogeneous homogenise homograph homologous homonyms
honestly honesty honey honkies honky honour hookah hooks hopeful horn hornet horny horse
horseradish horticultural hospital hostility hot hotdog hotel hotline hour hours houses housing
hugged humbug humidity humpback hundred hungry hunted hurry hurt hurtful hurting hurts husband
hyenas hygiene ice idiomatic idk ignition ill illustrate imitate included incompetence incumbent
indigenous indoors infections influencers ink inquiry inside insight inspection inspectors
instructions instructor insult insulted insulting insults insurance intellect intercourse
interview interviewed intimate invaded invader invaginate invented invite invited iranian irish
iron island israeli italian ivory jabs jam janus japanese jape japonica jazz jeebies jerky jet
jigaboo jigaboos jobs jockey joint joke jokes joking jollof journalists joy jug jungle junk juries
jury kaffir kaffirs keener keeper keeps kept kerb kettle keyboard keys khokhol kick kid kidney
killer killjoy kills kilos kindest kindly kinds kinky kissing kitchen klondike knave knees
knickerbocker knife knight knives knob knobbly knobhead knock knocked knuckles kookaburra korean
kraut kumquats kung label laboratory laid lamely lamps landlord landlords landwhale landwhales
languages lantern laptop lark lasagne lass latino latitude laude laugh laughed laughing laughs
laughter launch lawnmower lawyer lawyers lay layabouts leader leaflet leaking leaned learned
leaves leaving lecturer lecturing led leeches leekie leg legs lend lending lesbo lesbos lesser
lesson lessons lets letter letters letting lewd librarian librarians library licence lick licked
lid lied lifeguard lifetime lift lifts lighthouse lights liked likes liking lined linesman linking
links lion lips liquid listen listened listens literature litter lived lmao loads lobbyist
lobbyists lock locked locker locusts logged lonely looked loose loris lorry losing loud loved
lovely loves lowest loyalty lube lump lumps lunch lustre machine mackerel madness magazine maiden
maidens malaria male males mammary managed managers manners manslaughter manual manure manuscript
map mark marks marries marrow marry marsh massacred massage master masterclass masticate
mastication match matches maths matsushita matte matters matzo meal measles meatballs medal medic
mediocre meet meeting meets melon melting member menopause mentally mentions menu mess met mick
microphone midget midnight migration millennials minded mines minimum mining ministry minute
minutes mishit misinformed misread miss missed missing mist mistake mistaken mix mixed mixes mock
mockery mocks mode model models molasses mong mongoloid mongoose monkfish monthly monument mood
moorcock morals morass mormon morning mornings moskal mosquitoes moth mothers moths motorboat
motto mould moulding mounting mouths moved moves mudslime muffin multiply mum mummy mums muncher
murderers museum mushrooms music musicians mustard muttered muzrat muzzie nah naive naked named
names nan nasi nations naturally nav nearly neck necked needle negroni neighbourhood neighbours
newspaper nicest nigella nigerian niggardly niggle niggling nights nightwatchmen nil nincompoop
nine nineteen ninety nip nipped nipper nipple nipples nippy nitrogen nodded noise non nonbinary
noodles noon noose nor nose noser notation noticed nougat novel novelist novels nowhere nowt nude
nudes nuisance numbered numpty nurse nurses nuthatch nutmeg nutrient nuts nutshell object occurs
octopus odd offend offender offensive offers officers offspring oilseed older olive online
onslaught opened opens operate operator opinions oppose oppressed optician opus orc orchestra
ordered ordinary organ organise organised organs orgasm oriental orientation orphan ought ours
outbreed overnight overweight owe owes ownership oxymoron packer packers packing paddy page pages
painkiller paint painted paintings pair pajeet pakistani palestinian pamphlet pan panel panties
panto pantomime paper papers papist parade paradigm paragraph paramedic paramedics parapet
paraplegia parcel parent parish park parking parks parliament parse parties passage passenger
passers passes passion passport patient patiently patriot pavement payment pays paywall peace
peaceful peacock peanut pear peas pelvic pence pencil pencils penguin peninsula penistone penitent
pensioner pensioners pensive performance peril personality perversion pests petcocks petition
petrol pets pharmacist pho phone phoney photo photograph physics picking picks pics picture
pictures pie pied pierogi pigeons pigsty pikey pile pill pisspot pitiful pity plain plainly plane
planes planet plant planted plants plate platform played player plays pleased pleb plebs plenty
pls plugs plumber plumbers plus pockets podcast poem poet poisoned polacca pole polish polite
politely poll pollinated polling polliwog pond poof poofs pool popular porch pork pornography
portrayed postal postcards posted posting postponed posts potassium potatoes potentials pounds
pour poverty ppl prairie prams prawn prayers predict prejudice prejudiced prepositions
prescription presenter press pretending prices pricking prickly priest primary print printed
printer prints prison prize processes profanity professor professors profiles programme project
promised promote promoted proper proportional proposal prostate protected protects protest
protestant proud proves pub puberty publish published pudding puddings puddle pulled pulpit pump
puns pupil pups pus push pussycat pussyfoot puts puttanesca quarter quarterback queen queue
quicker quid quiet quiz quota quotas quote raccoon rack radio raffle ragamuffin rail rain raining
rains raise raised rakes ramp ran rapefugee rapeseed rapid rapper rapport rarebit rarer rash reach
reached react reader readers reads rebuilt rebuttal received recipe recommend recorders recruiter
recruiters recycling red redbreast redesign redskin referee referees reform refuge refuse refused
regime regional register regret regretted rehearse reinvented rejected relegated relief religion
remark remarks removed renege rent rents repair repeat repetition replied replies reply reported
reports reproduce reproduction reserve resident resign restart restaurant restored retardant
retardants revisited ribs rice rid ride rightly rim ring ripe rising rivals roads rock rode role
roma roof rooms root rope rose roses rough roulette round router rub rude rugby rugs ruin ruined
ruled ruling rumour rump rumped runner russian sacked sacking safer sail sailed sailors sake sale
salesmen samosas sample samples sand sandpit sang sapiens sassafras sat sauce sauerkraut sausages
saves sawdust says scale scared scene scheme schizo schizophrenia schizophrenic scholarships
schooling schools scored scrap scrapbook scrape scraped scratched screaming screw screwball
screwdriver screwdrivers scrolled scroungers scrub scrum sculpture scuttle sea seals seamen
seashell season seat seats seconds seed seeker seekers sees self sell selling sells semen semester
semi seminal seminar senator senators sends senior seniors senseless sent sentence sentences
separate septic series serve served serves services session setter settle seven seventeen seventy
sewage sexagesimal sextant sextants sextet sextets sexton sexually shade shadows shaft shag shaggy
shake shame shampoo shared sharing sharp shed sheep shelf shell shellfish shelter shift shiitake
shirt shitake shitload shoe shoes shop shops shorter shotgun shouted shouting shoutout shovels
shrank shut shuts shuttle shuttlecock sickness sides sight sighted sign signed signs sikh silence
sings sink sister sit sits six sixty size sizes skill skillet skin skinnies skinny skip skirt
skull skyscraper skyscrapers slant slap slapped slaps slapstick slaughtered slays sleep sleeper
sleepers slice slide slightly slit slither slogan slope slow slowly slug slugs sluice slur slurs
smaller smart smarter smash smell smew smile snake snap snapper snigger snow soap soberly
socialist sock sodden sodding sodium sodomite sodomites soft software soil soiled sold soldier
soldiers solo solved somali song songs sooner soul souls soup sources spade spades spaghetti span
spared spark sparse spasm spat spatchcock spazzes speakers specialist spectrum speech spell
spelled spelling spent sperg sperm spice spick spigot spinster spirits spit spite split spoil
spoke spoken spokes spokesman sponge spook spooks spoons sport spot spotted sprayed spread
spreading spring spunk spunky squad squatters squaw squawk squeak stadium staff stage stain
staircase stairs stamp stamps standards standing stands stank stare stars starting starts station
statistics staying stays steak steal stealing steals steamer steelworks steep stew stick sticker
sticks sticky stigma stilts stir stitch stock stole stomach stone stones stood stopcocks stopped
stops storage stored storm stove stranger strangers street streets strike striker strip stripe
stripling stripping strongly stubborn stuck stud studied studs sub submarine subscriber
subscription succumb sued suffering summary summer sums sunset supplier surgeon surgeons surpass
surprised survey survived suspect suspense suspicious sussex swank swanky swapping swear swears
sweat sweeping sweet swift swim swimming swoop sword sworn symbols syndrome syrian table taig
tailed tale talented talked talks tall tamales tank tart tartan tartar taxes taxpayer tbh tea
teachers teaches team teenage teenager teenagers teeth television tells telly ten tenants tenth
terminals tester testicles tests text thanking theirs therapist therapists thespian thick thief
thieves thieving thighs thirty thorny thoughtful thoughts thousand thread threads threaten
threatened threatens threats threesome throat throw thrown thumb tick ticket ticks tie tight till
timer timetable tiptoes tired tissue titan titanic titanium titi titillate titled titmouse
titration toad toast toddler toilets tolerated tomatoes tombola tomorrow tongue tonight tonk topic
torch touch touching tourists towed tower towering town toxicity traces trade traffic trailer
train training trains trait tram tramp transistor transmitted transport trapeze treacherous
treasurer treat treated treating treatment treats tree trees trespass trial tribe tribunal tries
triggers tripped troon troons trotter trouble trout trusted tumour tune turkey turkish turned
turnover turns twank twelve twenty twice twins twist tycoon typing ugh ukrainian uncalled
uncivilised uncle unclean unconvincing unhinged union unisex unite unlearn unnatural unprepared
unsafe untrue upright ups upstairs urologist useful user users usual vaccine vagabond vague valley
valuables van vandyke vanished variables variance vase vaulted verdict versus vet vets victims
video vietnamese vigil village villain vin vinegar violets virgin virus visas voice voted votes
voting wage wages wagtail wake walk walked walks wall wallet wallets wallpaper walls wankel wanna
ward warden wardens warned warning warnings wars wash washing wasp wasps wasted watched watching
wattle wave waves weak weakest wear weasel weather weathercocks website wedding weeds weekend
weeks weigh weighs welcome weld welsh wet whale wheel wheelchair wheelchairs wheels whenever
wherever whip whipped whispers whiteboard whitelists whoever wholemeal whose wide wider widow
wigger wiggers wild willow wind windbag window windows windscreen wine winter wipe wiped wire
wisdom wit witless witness witnesses witted wonderful woo woodcock wop wore worked worker workers
workout worm worry wouldnt wrapper wrecked write writes writing yelled yellow yep yesterday yid
yiddish zine zio zipperhead zombie zombies zoo zoology
""".split()  # noqa: SIM905 (a list to be read and kept in order)
)
